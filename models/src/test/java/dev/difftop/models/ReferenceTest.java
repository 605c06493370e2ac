package dev.difftop.models;

import static dev.difftop.testkit.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.models.cost.QuadraticCost;
import dev.difftop.models.cost.QuadraticCostConfig;
import dev.difftop.models.cost.task.CartpoleSwingup;
import dev.difftop.models.cost.task.CartpoleSwingupConfig;
import dev.difftop.models.cost.task.PendulumSwingup;
import dev.difftop.models.cost.task.PendulumSwingupConfig;
import dev.difftop.models.dynamics.Cartpole;
import dev.difftop.models.dynamics.CartpoleConfig;
import dev.difftop.models.dynamics.LinearTimeVarying;
import dev.difftop.models.dynamics.LinearTimeVaryingConfig;
import dev.difftop.models.dynamics.Pendulum;
import dev.difftop.models.dynamics.PendulumConfig;
import dev.difftop.testkit.Trajectories;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The classical problems against optimal trajectories that were computed independently. */
class ReferenceTest {
  private static final int INSTANCES = 3;

  private static Problem problem(
      Dynamics dynamics, Cost cost, int horizon, Array x0, Map<String, Array> context) {
    ProblemSpec spec = new ProblemSpec(dynamics, cost, horizon, 1);
    Map<String, Array> parameters = new LinkedHashMap<>();
    spec.parameters()
        .forEach(
            (name, p) -> {
              double start = ((dev.difftop.api.array.Initializer.Constant) p.initializer()).value();
              parameters.put(name, Array.scalar(start));
            });
    Array low = Array.zeros(DType.FLOAT64, Shape.of(horizon, dynamics.actionSize()));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(horizon, dynamics.actionSize()));
    low.fill(Double.NEGATIVE_INFINITY);
    high.fill(Double.POSITIVE_INFINITY);
    return new Problem(spec, DType.FLOAT64, x0, low, high, context, parameters);
  }

  /** The reference has no state after the last action. */
  private static void check(Dynamics dynamics, Cost cost, String resource) {
    Reference reference = new Reference(resource);
    int nx = dynamics.stateSize();
    for (int i = 0; i < INSTANCES; i++) {
      double[] u = reference.get("u" + i);
      double[] x = reference.get("x" + i);
      Array x0 = Array.of(java.util.Arrays.copyOf(x, nx), 1, nx);
      Trajectories found = Trajectories.of(problem(dynamics, cost, u.length, x0, Map.of()), u);
      double[] states = java.util.Arrays.copyOf(found.states(), x.length);
      assertClose(x, states, 1e-12, "states of instance " + i);
      assertClose(reference.get("cost" + i), found.cost(), 1e-12, "cost of instance " + i);
      assertClose(reference.get("gradient" + i), found.gradient(), 1e-10, "gradient of " + i);
    }
  }

  @Test
  void pendulum() {
    double[] p = new Reference("pendulum.txt").get("theta");
    check(
        new Pendulum(new PendulumConfig(0.05, p[0], p[1], p[2])),
        new PendulumSwingup(
            new PendulumSwingupConfig(p[3], p[4], p[5], p[6]), new Shapes(Map.of(), 1, 2)),
        "pendulum.txt");
  }

  @Test
  void cartpole() {
    double[] p = new Reference("cartpole.txt").get("theta");
    int[] order = {0, 1, 2, 3};
    check(
        new Cartpole(new CartpoleConfig(0.05, p[0], p[1], p[2], p[3])),
        new CartpoleSwingup(
            new CartpoleSwingupConfig(order, p[4], p[5], p[6], p[7], p[8], p[9], 0),
            new Shapes(Map.of(), 1, 4)),
        "cartpole.txt");
  }

  /** One transition less than stages: the tables F and f end early, the last state counts not. */
  @Test
  void linearQuadratic() {
    Reference reference = new Reference("lqr.txt");
    int nx = (int) reference.get("sizes")[0];
    int nu = (int) reference.get("sizes")[1];
    int stages = (int) reference.get("sizes")[2];
    int n = nx + nu;
    Map<String, Array> context = new LinkedHashMap<>();
    context.put("F", Array.of(reference.get("F"), 1, stages - 1, nx, n));
    context.put("f", Array.of(reference.get("f"), 1, stages - 1, nx));
    context.put("C", Array.of(reference.get("C"), 1, stages, n, n));
    context.put("c", Array.of(reference.get("c"), 1, stages, n));
    Shapes shapes = new Shapes(Map.of(), nu, nx);
    Problem problem =
        problem(
            new LinearTimeVarying(new LinearTimeVaryingConfig(stages - 1), shapes),
            new QuadraticCost(new QuadraticCostConfig(stages), shapes),
            stages,
            Array.of(reference.get("x0"), 1, nx),
            context);
    Trajectories found = Trajectories.of(problem, reference.get("truth.u"));
    double[] x = reference.get("truth.x");
    assertClose(x, java.util.Arrays.copyOf(found.states(), x.length), 1e-12, "states");
    assertClose(reference.get("truth.cost"), found.cost(), 1e-12, "cost");
    assertClose(new double[stages * nu], found.gradient(), 1e-11, "gradient at the optimum");
    for (int i = 0; i < nx; i++) {
      assertEquals(0, found.states()[stages * nx + i], "beyond the tables");
    }
  }
}

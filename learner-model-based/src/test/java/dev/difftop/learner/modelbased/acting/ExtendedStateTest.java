package dev.difftop.learner.modelbased.acting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.learner.modelbased.TinyHeads;
import dev.difftop.learner.modelbased.TinySetup;
import dev.difftop.learning.model.ActionBox;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Costs of plans with extended states against sums by hand. */
final class ExtendedStateTest {
  private static final double GAMMA = 0.9;
  private static final double[] Z = {0.2, -0.4, 0.5};

  @TempDir private Path folder;
  private TinySetup setup;

  @BeforeEach
  void newSetup() {
    setup = new TinySetup(folder);
    setup.dynamics = TinyHeads.EndingDynamics::new;
  }

  private PlanningModel model() {
    return setup.context().newPlanningModel(DType.FLOAT64);
  }

  private static double[] weights(PlanningModel model, String name) {
    return model.parameters().arrays().get(name).toDoubles();
  }

  private static double dot(double[] w, int row, double[] x, double bias) {
    double sum = bias;
    for (int i = 0; i < x.length; i++) {
      sum += w[row * x.length + i] * x[i];
    }
    return sum;
  }

  private static double[] joined(double[] z, double u) {
    return new double[] {z[0], z[1], z[2], u};
  }

  private static double[] next(PlanningModel model, double[] z, double u) {
    double[] out = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      double bias = i == 1 ? 0.1 : 0;
      out[i] = Math.tanh(dot(weights(model, "dynamics/w"), i, joined(z, u), bias));
    }
    return out;
  }

  private static double head(PlanningModel model, String name, double[] z, double u) {
    return Math.tanh(dot(weights(model, "cost/" + name), 0, joined(z, u), 0.1));
  }

  private static double end(PlanningModel model, double[] z) {
    return 1 / (1 + Math.exp(-dot(weights(model, "dynamics/end"), 0, z, -1)));
  }

  /** J by hand; the last action is the policy's or the plan's. */
  private static double expected(
      PlanningModel model, double[] u, int horizon, boolean terminates, boolean free) {
    double[] z = Z;
    double survival = 1;
    double sum = 0;
    for (int t = 0; t < horizon; t++) {
      sum -= Math.pow(GAMMA, t) * survival * head(model, "reward", z, u[t]);
      z = next(model, z, u[t]);
      survival *= terminates ? 1 - end(model, z) : 1;
    }
    double last = free ? u[horizon] : Math.tanh(dot(weights(model, "cost/policy"), 0, z, 0.1));
    double value = (head(model, "q1", z, last) + head(model, "q2", z, last)) / 2;
    double penalty = 0;
    for (double a : u) {
      penalty += 0.25 * a * a;
    }
    return sum - Math.pow(GAMMA, horizon) * survival * value + penalty;
  }

  @ParameterizedTest
  @CsvSource({"true, true, 1", "true, false, 2", "false, true, 2", "true, true, 3"})
  void costsAreThoseOfSumsByHand(boolean terminates, boolean free, int horizon) {
    if (!terminates) {
      setup.dynamics = TinyHeads.TinyDynamics::new;
    }
    PlanningModel whole = model();
    PlanningModel planning = ExtendedState.planning(whole, horizon, free);
    int length = free ? horizon + 1 : horizon;
    assertEquals(length, planning.spec().horizon());
    double[] u = new double[length];
    RandomStream random = RandomStream.root(3);
    for (int t = 0; t < length; t++) {
      u[t] = 2 * random.nextDouble() - 1;
    }
    Array state = Array.zeros(DType.FLOAT64, Shape.of(1, planning.spec().stateSize()));
    state.write(0, Z, 0, Z.length);
    if (terminates) {
      state.set(Z.length, 1);
    }
    assertEquals(expected(whole, u, horizon, terminates, free), cost(planning, state, u), 1e-12);
  }

  /** The end of a plan counts the pair of critics that was drawn for it. */
  @Test
  void pairsOfAnEnsembleAreWeights() {
    setup.dynamics = TinyHeads.TinyDynamics::new;
    setup.cost = TinyHeads.ThreeCritics::new;
    PlanningModel whole = model();
    PlanningModel planning = ExtendedState.planning(whole, 1, true);
    ExtendedState layout = ExtendedState.of(whole.spec(), 1, true);
    Array state = Array.zeros(DType.FLOAT64, Shape.of(1, layout.size()));
    double[] u = {0.3, -0.6};
    double[] z = next(whole, Z, u[0]);
    Set<Double> pairs = new TreeSet<>();
    for (int draw = 0; draw < 10; draw++) {
      state.write(0, Z, 0, Z.length);
      layout.drawPairs(state, RandomStream.root(draw));
      double expected = -head(whole, "reward", Z, u[0]) + 0.25 * (0.09 + 0.36);
      for (int q = 1; q <= 3; q++) {
        double weight = state.get(Z.length + q - 1);
        assertTrue(weight == 0 || weight == 0.5, () -> "weight " + weight);
        expected -= GAMMA * weight * head(whole, "q" + q, z, u[1]);
      }
      pairs.add(expected);
      assertEquals(expected, cost(planning, state, u), 1e-12);
    }
    assertEquals(3, pairs.size());
  }

  private static double cost(PlanningModel planning, Array state, double[] u) {
    try (CompiledProblem rollout =
        new CompiledProblem(
            planning.engine(),
            planning.spec(),
            new Objective(planning.spec()).rollout(),
            1,
            DType.FLOAT64)) {
      rollout.load(
          planning.problem(state, ActionBox.low(planning.spec()), ActionBox.high(planning.spec())));
      rollout.set(Objective.ACTIONS, u);
      rollout.run();
      return rollout.get("cost")[0];
    }
  }

  /** What is neither terminal nor free stays the problem that it was. */
  @Test
  void plainProblemsAreLeftAlone() {
    setup.dynamics = TinyHeads.TinyDynamics::new;
    PlanningModel whole = model();
    assertSame(whole.spec(), ExtendedState.planning(whole, TinySetup.HORIZON, false).spec());
  }

  /** Constraints would be lost. */
  @Test
  void refusesConstraints() {
    setup.cost = Constrained::new;
    PlanningModel whole = model();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ExtendedState.planning(whole, 1, false));
    assertTrue(e.getMessage().contains("Constrained"), e.getMessage());
  }

  private static final class Constrained implements ConstrainedCost {
    private final TinyHeads inner = new TinyHeads();

    @Override
    public void declare(Declarations declare) {
      inner.declare(declare);
    }

    @Override
    public Set<String> heads() {
      return inner.heads();
    }

    @Override
    public Tensor head(String name, Stage at) {
      return inner.head(name, at);
    }

    @Override
    public Tensor stage(Stage at) {
      return inner.stage(at);
    }

    @Override
    public Terminal terminal(Point at) {
      return inner.terminal(at);
    }

    @Override
    public Tensor inequalities(Stage at) {
      return at.u().minus(0.5);
    }

    @Override
    public double penalty() {
      return 1;
    }
  }

  /** The encoder's states get what a plan begins with. */
  @Test
  void statesBeginAlive() {
    PlanningModel planning = ExtendedState.planning(model(), 1, true);
    try (var encoding = planning.engine().compile(planning.encoding(), 1, DType.FLOAT64)) {
      planning.parameters().bindTo(encoding);
      encoding.input("o").copyFrom(Array.of(new double[] {0.4, -0.2}, 1, 2));
      encoding.run();
      double[] state = encoding.output("state").toDoubles();
      assertEquals(TinyHeads.STATE + 2, state.length);
      assertEquals(1, state[TinyHeads.STATE]);
      assertEquals(0, state[TinyHeads.STATE + 1]);
      assertEquals(Map.of("o", 0).keySet(), planning.observations().keySet());
    }
  }
}

package dev.difftop.solver.gaussnewton;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Feasibility;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on states and actions: problems with known answers, gradients against differences. */
class LimitsTest {
  private static final Interpreter ENGINE = new Interpreter();

  /** A cart that is to reach a goal, not too fast, and to stop there. */
  private record Cart(double penalty, boolean stops) implements ConstrainedCost {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("goal", Shape.scalar(), new Initializer.Constant(1));
      declare.parameter("fastest", Shape.scalar(), new Initializer.Constant(1));
    }

    @Override
    public Tensor stage(Stage at) {
      Tensor away = at.x().get(1, 0).minus(at.parameter("goal")).square().times(0.5);
      return away.plus(at.u().square().sum(1).times(0.05))
          .plus(at.u().square().square().sum(1).times(0.01));
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(at.x().get(1, 0).minus(at.parameter("goal")).square());
    }

    @Override
    public Tensor inequalities(Stage at) {
      Tensor speed = at.x().slice(1, 1, 1);
      return speed.minus(at.parameter("fastest"));
    }

    @Override
    public Tensor terminalEqualities(Point at) {
      return stops ? at.x().slice(1, 1, 1) : null;
    }
  }

  /** Speed with drag. */
  private static final class Road implements Dynamics {
    @Override
    public int stateSize() {
      return 2;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor place = at.x().slice(1, 0, 1);
      Tensor speed = at.x().slice(1, 1, 1);
      Tensor drag = speed.square().times(speed).times(0.1);
      Tensor next = speed.plus(at.u().minus(drag).times(0.3));
      return Tensor.concat(1, place.plus(next.times(0.3)), next);
    }
  }

  /** The point nearest to a wish on the line {@code u_0 + u_1 = sum}, with {@code u_0 <= 0.2}. */
  private record Nearest(boolean bounded) implements ConstrainedCost {
    @Override
    public double penalty() {
      return 10;
    }

    @Override
    public void declare(Declarations declare) {
      declare.parameter("wish", Shape.of(2), new Initializer.Constant(0));
      declare.parameter("sum", Shape.scalar(), new Initializer.Constant(1));
    }

    @Override
    public Tensor stage(Stage at) {
      return at.u().minus(at.parameter("wish")).square().sum(1).times(0.5);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.none();
    }

    @Override
    public Tensor equalities(Stage at) {
      return at.u().sum(1).minus(at.parameter("sum")).expandDims(1);
    }

    @Override
    public Tensor inequalities(Stage at) {
      return bounded ? at.u().slice(1, 0, 1).minus(0.2) : null;
    }
  }

  private static final class Still implements Dynamics {
    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public int actionSize() {
      return 2;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x();
    }
  }

  private static Problem problem(
      Dynamics dynamics, ConstrainedCost cost, int horizon, Map<String, Array> parameters) {
    ProblemSpec spec = new ProblemSpec(dynamics, cost, horizon, 1);
    Array low = Array.zeros(DType.FLOAT64, Shape.of(horizon, dynamics.actionSize()));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(horizon, dynamics.actionSize()));
    low.fill(-20);
    high.fill(20);
    Array x0 = Array.zeros(DType.FLOAT64, Shape.of(1, dynamics.stateSize()));
    return new Problem(spec, DType.FLOAT64, x0, low, high, Map.of(), parameters);
  }

  private static Problem nearest(boolean bounded) {
    Map<String, Array> parameters =
        Map.of("cost/wish", Array.of(new double[] {1, 0.6}, 2), "cost/sum", Array.scalar(1));
    return problem(new Still(), new Nearest(bounded), 1, parameters);
  }

  private static Problem cart(double penalty, boolean stops, double goal, double fastest) {
    Map<String, Array> parameters =
        Map.of("cost/goal", Array.scalar(goal), "cost/fastest", Array.scalar(fastest));
    return problem(new Road(), new Cart(penalty, stops), 8, parameters);
  }

  private static Solution solve(Problem problem) {
    LbfgsSolver solver =
        new LbfgsSolver(new LbfgsConfig(1000, 1e-8, 0, 20, 1, 0, 1), ENGINE, RandomStream.root(1));
    try (solver) {
      return solver.solve(problem);
    }
  }

  private static double violation(Problem problem, Solution solution) {
    try (Feasibility feasibility = new Feasibility(ENGINE)) {
      return feasibility.violations(problem, solution.actions())[0];
    }
  }

  private static Gradients differentiate(Problem problem, Solution solution, double[] bar) {
    ImplicitAdjoint adjoint =
        new ImplicitAdjoint(ENGINE, Curvature.EXACT, BadSamples.FAIL, 0, LinearSolve.DENSE);
    try (adjoint) {
      return adjoint.pullBack(problem, solution, Cotangents.ofActions(bar));
    }
  }

  @Test
  void meetsAnEqualityAndItsGradientIsTheProjection() {
    Problem problem = nearest(false);
    Solution solution = solve(problem);
    assertEquals(Status.CONVERGED, solution.status(0));
    // wish + (sum - wish_0 - wish_1) / 2
    assertArrayEquals(new double[] {0.7, 0.3}, solution.actions().toDoubles(), 1e-9);
    assertEquals(0, violation(problem, solution), 1e-10);
    Gradients g = differentiate(problem, solution, new double[] {1, 0});
    assertArrayEquals(new double[] {0.5, -0.5}, g.parameters().get("cost/wish").toDoubles(), 1e-9);
    assertEquals(0.5, g.parameters().get("cost/sum").get(0), 1e-9);
  }

  @Test
  void twoLimitsMeetInACorner() {
    Problem problem = nearest(true);
    Solution solution = solve(problem);
    assertEquals(Status.CONVERGED, solution.status(0));
    assertArrayEquals(new double[] {0.2, 0.8}, solution.actions().toDoubles(), 1e-9);
    Gradients g = differentiate(problem, solution, new double[] {0, 1});
    assertArrayEquals(new double[2], g.parameters().get("cost/wish").toDoubles(), 1e-9);
    assertEquals(1, g.parameters().get("cost/sum").get(0), 1e-9);
  }

  @Test
  void aCartKeepsItsSpeedLimitAndStops() {
    Problem problem = cart(50, true, 1, 0.6);
    Solution solution = solve(problem);
    assertEquals(Status.CONVERGED, solution.status(0));
    assertTrue(violation(problem, solution) <= 1e-9);
    double fastest = 0;
    for (int t = 0; t <= 8; t++) {
      fastest = Math.max(fastest, solution.states().get(2 * t + 1));
    }
    assertEquals(0.6, fastest, 1e-9);
    assertEquals(0, solution.states().get(17), 1e-9);
  }

  /** Without and with an equality beside the active inequalities. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsAreThoseOfSolvesAgain(boolean stops) {
    double[] bar = {1, -0.5, 0.3, 0.2, -0.4, 0.1, 0.6, -0.2};
    Problem problem = cart(50, stops, 1, 0.6);
    Gradients g = differentiate(problem, solve(problem), bar);
    double h = 1e-4;
    double goal = (loss(stops, 1 + h, 0.6, bar) - loss(stops, 1 - h, 0.6, bar)) / (2 * h);
    double fastest = (loss(stops, 1, 0.6 + h, bar) - loss(stops, 1, 0.6 - h, bar)) / (2 * h);
    assertEquals(goal, g.parameters().get("cost/goal").get(0), 1e-4 * (1 + Math.abs(goal)));
    assertEquals(
        fastest, g.parameters().get("cost/fastest").get(0), 1e-4 * (1 + Math.abs(fastest)));
  }

  private static double loss(boolean stops, double goal, double fastest, double[] bar) {
    double[] u = solve(cart(50, stops, goal, fastest)).actions().toDoubles();
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += bar[i] * u[i];
    }
    return sum;
  }

  @Test
  void aPenaltyThatIsTooSmallShowsAsAViolation() {
    Problem problem = cart(1e-3, true, 1, 0.6);
    Solution weak = solve(problem);
    assertTrue(violation(problem, weak) > 0.01);
    assertEquals(Status.INFEASIBLE, weak.status(0));
    String message =
        assertThrows(IllegalArgumentException.class, () -> solve(cart(0, true, 1, 0.6)))
            .getMessage();
    assertTrue(message.contains("penalty: found 0.0"), message);
  }

  @Test
  void withoutAnEqualityTheCartNeedNotStop() {
    Problem problem = cart(50, false, 1, 0.6);
    Solution solution = solve(problem);
    assertTrue(violation(problem, solution) <= 1e-9);
    assertTrue(Math.abs(solution.states().get(17)) > 0.01);
  }
}

package dev.difftop.solver.ilqr;

import static dev.difftop.testkit.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.stagewise.BackwardPass.DynamicsCurvature;
import dev.difftop.optimization.stagewise.RiccatiPass.Regularization;
import dev.difftop.testkit.LinearQuadratic;
import dev.difftop.testkit.Problems;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every setting changes something, and what it says. */
class OptionsTest {
  private final Problem swing = Problems.pendulum(15, 4, 1.5);

  private Solution solve(Consumer<Settings> change) {
    return solve(swing, change);
  }

  private static Solution solve(Problem problem, Consumer<Settings> change) {
    Settings settings = new Settings();
    change.accept(settings);
    try (IlqrSolver solver =
        new IlqrSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      return solver.solve(problem);
    }
  }

  private static int iterations(Solution solution) {
    return Arrays.stream(solution.iterations()).sum();
  }

  private static void assertDifferent(Solution a, Solution b) {
    assertNotEquals(
        Arrays.toString(a.actions().toDoubles()), Arrays.toString(b.actions().toDoubles()));
  }

  @Test
  void aLooserToleranceTakesFewerIterations() {
    assertTrue(iterations(solve(s -> s.tolerance = 1e-1)) < iterations(solve(s -> {})));
  }

  @Test
  void aCostWithKinksIsRefusedWithSolversThatCan() {
    try (IlqrSolver solver =
        new IlqrSolver(new Settings().config(), new Interpreter(), RandomStream.root(0))) {
      String refusal = solver.refusal(Problems.kinked(1, 1).spec()).orElseThrow();
      assertTrue(refusal.contains("lbfgs") && refusal.contains("gauss-newton"), refusal);
      assertTrue(solver.refusal(swing.spec()).isEmpty());
    }
  }

  @Test
  void aToleranceOnTheScaleOfTheCostTakesFewerIterations() {
    Solution loose = solve(s -> s.relativeTolerance = 0.02);
    assertTrue(iterations(loose) < iterations(solve(s -> {})));
    for (int b = 0; b < 4; b++) {
      assertTrue(loose.stationarity()[b] <= 0.02 * Math.abs(loose.cost(b)));
    }
  }

  @Test
  void curvatureOfTheDynamicsSavesIterations() {
    int with = iterations(solve(s -> s.curvature = DynamicsCurvature.ALWAYS));
    int without = iterations(solve(s -> s.curvature = DynamicsCurvature.NEVER));
    assertTrue(with < without, with + " and " + without);
    assertTrue(iterations(solve(s -> {})) < without);
  }

  @Test
  void muShortensTheFirstStep() {
    Solution free = solve(s -> s.maxIterations = 1);
    Solution damped =
        solve(
            s -> {
              s.maxIterations = 1;
              s.initialMu = 10;
            });
    assertTrue(length(damped) < length(free), length(damped) + " and " + length(free));
  }

  private static double length(Solution solution) {
    return Arrays.stream(solution.actions().toDoubles()).map(u -> u * u).sum();
  }

  @Test
  void muMayBeAddedToStates() {
    Consumer<Settings> one =
        s -> {
          s.maxIterations = 1;
          s.initialMu = 1;
        };
    Solution control = solve(one);
    Solution state = solve(one.andThen(s -> s.regularization = Regularization.STATE));
    assertDifferent(control, state);
    Solution whole = solve(s -> s.regularization = Regularization.STATE);
    assertEquals(1, whole.convergedShare());
  }

  @Test
  void muShrinksByItsFactor() {
    Consumer<Settings> two =
        s -> {
          s.maxIterations = 2;
          s.initialMu = 10;
        };
    assertDifferent(solve(two), solve(two.andThen(s -> s.muFactor = 2)));
  }

  /** Without bounds and far from its minimum a pendulum's exact curvature is not convex. */
  @Test
  void aLimitOfMuEndsASampleWithItsStatus() {
    Solution solution =
        solve(
            Problems.pendulum(15, 8, Double.POSITIVE_INFINITY),
            s -> {
              s.curvature = DynamicsCurvature.ALWAYS;
              s.maxMu = 1e-7;
            });
    assertTrue(Arrays.asList(solution.status()).contains(Status.REGULARIZATION_LIMIT));
    for (double cost : solution.cost()) {
      assertTrue(Double.isFinite(cost));
    }
  }

  @Test
  void halvingsRescueStepsThatAreTooLong() {
    Consumer<Settings> few =
        s -> {
          s.maxIterations = 4;
          s.curvature = DynamicsCurvature.NEVER;
        };
    Problem free = Problems.pendulum(15, 8, Double.POSITIVE_INFINITY);
    assertDifferent(solve(free, few), solve(free, few.andThen(s -> s.maxHalvings = 0)));
  }

  @Test
  void aStepMustBringItsShareOfTheDecrease() {
    Consumer<Settings> few =
        s -> {
          s.maxIterations = 20;
          s.curvature = DynamicsCurvature.NEVER;
        };
    Problem free = Problems.pendulum(25, 8, 4);
    assertDifferent(solve(free, few), solve(free, few.andThen(s -> s.sufficientDecrease = 0.5)));
  }

  @Test
  void aLinearQuadraticProblemTakesOneIteration() {
    LinearQuadratic lq = LinearQuadratic.random(3, 2, 6, 9, 4);
    Solution solution = solve(lq.problem(), s -> {});
    for (int b = 0; b < 9; b++) {
      assertEquals(1, solution.iterations()[b]);
      assertEquals(lq.optimum().cost()[b], solution.cost(b), 1e-11);
    }
  }

  /** A guess of zero is none, for which nothing is rolled out; any other is where it starts. */
  @ParameterizedTest
  @ValueSource(doubles = {0.4, Double.POSITIVE_INFINITY})
  void noGuessLeadsWhereAnyGuessDoes(double bound) {
    Problem lq = LinearQuadratic.random(3, 2, 6, 9, 4).problem(DType.FLOAT64, -bound, bound);
    double[] guess = new double[9 * 6 * 2];
    Arrays.fill(guess, 0.1);
    try (IlqrSolver solver =
        new IlqrSolver(new Settings().config(), new Interpreter(), RandomStream.root(0))) {
      Solution none = solver.solve(lq);
      Solution some = solver.solve(lq, Array.of(guess, 9, 6, 2));
      assertClose(some.actions().toDoubles(), none.actions().toDoubles(), 1e-10, "actions");
      assertClose(some.states().toDoubles(), none.states().toDoubles(), 1e-10, "states");
      assertClose(some.cost(), none.cost(), 1e-11, "cost");
      assertClose(gains(some), gains(none), 1e-9, "gains");
    }
  }

  private static double[] gains(Solution solution) {
    return solution.gains().orElseThrow().feedback().toDoubles();
  }

  /** From the optimum, with a step of zero left: no iteration, and still the gains. */
  @Test
  void aGuessThatIsTheOptimumTakesNone() {
    LinearQuadratic lq = LinearQuadratic.random(3, 2, 6, 9, 4);
    double[] u = lq.optimum().actions();
    try (IlqrSolver solver =
        new IlqrSolver(new Settings().config(), new Interpreter(), RandomStream.root(0))) {
      Solution solution = solver.solve(lq.problem(), Array.of(u, 9, 6, 2));
      for (int b = 0; b < 9; b++) {
        assertEquals(0, solution.iterations()[b]);
      }
      double[] gains = solution.gains().orElseThrow().feedback().toDoubles();
      assertEquals(lq.optimum().feedback()[5], gains[5], 1e-9);
    }
  }
}

package dev.difftop.solver.gaussnewton;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Tensor;
import dev.difftop.testkit.Problems;
import dev.difftop.testkit.SolverContract;
import dev.difftop.testkit.UnstableProblems;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LbfgsSolverTest extends SolverContract<LbfgsConfig> {
  @Override
  protected SolverProvider<LbfgsConfig> provider() {
    return new LbfgsProvider();
  }

  @Override
  protected LbfgsConfig config() {
    return new LbfgsConfig(500, 1e-8, 0, 10, 1, 0, 1);
  }

  @Override
  protected LbfgsConfig oneIteration() {
    return new LbfgsConfig(1, 1e-8, 0, 10, 1, 0, 1);
  }

  private Solution solve(LbfgsConfig config, Problem problem) {
    try (Solver solver = make(config)) {
      return solver.solve(problem);
    }
  }

  @Test
  void findsTheTieOfTwoPieces() {
    // t² = (2 - t)² with t in units of the distance: half way between the points.
    Solution solution = solve(config(), EnclosingBall.problem(1, -9, 9, 0, 0, 2, 0));
    assertEquals(Status.CONVERGED, solution.status(0));
    assertArrayEquals(new double[] {1, 0}, solution.actions().toDoubles(), 1e-9);
    assertEquals(0.5, solution.cost(0), 1e-12);
    assertTrue(solution.stationarity()[0] <= 1e-8);
  }

  @Test
  void findsTheTieOfThreePieces() {
    // The centre of the circle through the corners of an acute triangle.
    Solution solution = solve(config(), EnclosingBall.problem(1, -9, 9, 0, 0, 2, 0, 1, 2));
    assertEquals(Status.CONVERGED, solution.status(0));
    assertArrayEquals(new double[] {1, 0.75}, solution.actions().toDoubles(), 1e-8);
  }

  @Test
  void leavesOutPiecesThatDoNotMatter() {
    // The third point lies within the ball around the other two.
    Solution solution = solve(config(), EnclosingBall.problem(1, -9, 9, 0, 0, 2, 0, 1, 0.2));
    assertArrayEquals(new double[] {1, 0}, solution.actions().toDoubles(), 1e-8);
  }

  @Test
  void aTieInABox() {
    // The middle (1, 2) lies outside; on the side x = 0.5 the pieces differ: no tie is left.
    Solution held = solve(config(), EnclosingBall.problem(1, -9, 0.5, 0, 2, 2, 2));
    assertArrayEquals(new double[] {0.5, 0.5}, held.actions().toDoubles(), 1e-9);
    assertEquals(Status.CONVERGED, held.status(0));
    // The tie is 2x + y = 2.5; it is met at (0.9, 0.7) with x held.
    Solution tied = solve(config(), EnclosingBall.problem(1, -9, 0.9, 0, 0, 2, 1));
    assertArrayEquals(new double[] {0.9, 0.7}, tied.actions().toDoubles(), 1e-8);
    assertEquals(Status.CONVERGED, tied.status(0));
  }

  @Test
  void convergesAtATieInSinglePrecisionOrSaysThatItStalled() {
    Problem problem = Problems.in(EnclosingBall.problem(3, -9, 9, 0, 0, 2, 0), DType.FLOAT32);
    Solution solution = solve(new LbfgsConfig(500, 1e-4, 0, 10, 1, 0, 1), problem);
    for (int b = 0; b < 3; b++) {
      assertEquals(Status.CONVERGED, solution.status(b));
    }
    assertArrayEquals(new double[] {1, 0, 1, 0, 1, 0}, solution.actions().toDoubles(), 1e-4);
    Solution strict = solve(new LbfgsConfig(500, 1e-30, 0, 10, 1, 0, 1), problem);
    boolean isExact = strict.stationarity()[0] == 0;
    assertEquals(isExact ? Status.CONVERGED : Status.STALLED, strict.status(0));
  }

  @Test
  void memoryAndFirstStepChangeTheWay() {
    Problem swing = Problems.pendulum(12, 1, 9);
    Solution usual = solve(config(), swing);
    Solution forgetful = solve(new LbfgsConfig(500, 1e-8, 0, 1, 1, 0, 1), swing);
    assertTrue(forgetful.iterations()[0] > usual.iterations()[0]);
    Solution bold = solve(new LbfgsConfig(1, 1e-8, 0, 10, 0.1, 0, 1), swing);
    Solution shy = solve(new LbfgsConfig(1, 1e-8, 0, 10, 0.001, 0, 1), swing);
    assertEquals(0.9, largest(bold.actions()), 1e-12);
    assertEquals(0.009, largest(shy.actions()), 1e-12);
  }

  private static double largest(Array actions) {
    double max = 0;
    for (double u : actions.toDoubles()) {
      max = Math.max(max, Math.abs(u));
    }
    return max;
  }

  @Test
  void aLooserToleranceEndsEarlier() {
    Problem swing = Problems.pendulum(12, 1, 9);
    Solution loose = solve(new LbfgsConfig(500, 1e-2, 0, 10, 1, 0, 1), swing);
    assertEquals(Status.CONVERGED, loose.status(0));
    assertTrue(loose.iterations()[0] < solve(config(), swing).iterations()[0]);
  }

  @Test
  void threadsDoNotChangeABit() {
    Problem problem = Problems.pendulum(6, 70, 2);
    Solution one = solve(config(), problem);
    assertTrue(one.iterations()[0] > 1 && one.convergedShare() > 0.5);
    for (int threads : new int[] {2, 3}) {
      Solution many = solve(new LbfgsConfig(500, 1e-8, 0, 10, 1, 0, threads), problem);
      assertArrayEquals(one.actions().toDoubles(), many.actions().toDoubles());
      assertArrayEquals(one.cost(), many.cost());
      assertArrayEquals(one.iterations(), many.iterations());
      assertArrayEquals(one.status(), many.status());
    }
  }

  /** One action at the top of {@code cos u}: the gradient is zero, the curvature is not. */
  @Test
  void leavesAMaximum() {
    Problem hanging = maximum();
    Solution start = solve(new LbfgsConfig(0, 1e-8, 0, 10, 1, 0, 1), hanging);
    assertEquals(1, start.cost(0), 1e-12);
    assertEquals(Status.CONVERGED, start.status(0));
    Solution solution = solve(config(), hanging);
    assertEquals(Status.CONVERGED, solution.status(0));
    assertEquals(-1, solution.cost(0), 1e-12);
    Solution again = solve(config(), Problems.pendulum(12, 3, 2));
    assertTrue(again.convergedShare() > 0);
  }

  private static Problem maximum() {
    Dynamics still =
        new Dynamics() {
          @Override
          public int stateSize() {
            return 1;
          }

          @Override
          public int actionSize() {
            return 1;
          }

          @Override
          public Tensor next(Stage at) {
            return at.x();
          }
        };
    Cost wave =
        new Cost() {
          @Override
          public Tensor stage(Stage at) {
            return at.u().get(1, 0).cos();
          }

          @Override
          public Terminal terminal(Point at) {
            return Terminal.none();
          }
        };
    Array low = Array.of(new double[] {-5}, 1, 1);
    Array high = Array.of(new double[] {5}, 1, 1);
    return new Problem(
        new ProblemSpec(still, wave, 1, 1),
        DType.FLOAT64,
        Array.of(new double[] {0}, 1, 1),
        low,
        high,
        Map.of(),
        Map.of());
  }

  /** Eigenvalues of 1.5 over 200 steps: quasi-Newton steps from any rollout lead nowhere. */
  @Test
  void anUnstableLinearQuadraticProblemIsSolvedFromItsMatrices() {
    Solution solution = solve(config(), UnstableProblems.linear(200, 1));
    double p = 0.5 * (1.0625 + Math.sqrt(1.0625 * 1.0625 + 4 * 0.05));
    assertEquals(0.5 * p, solution.cost(0), 1e-9);
    assertEquals(Status.CONVERGED, solution.status(0));
    assertEquals(1, solution.iterations()[0]);
  }
}

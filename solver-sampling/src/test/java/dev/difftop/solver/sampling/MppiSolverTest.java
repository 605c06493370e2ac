package dev.difftop.solver.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.array.Array;
import dev.difftop.testkit.Problems;
import dev.difftop.testkit.SolverContract;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MppiSolverTest extends SolverContract<MppiConfig> {
  private static final Problem SWING = Problems.pendulum(8, 2, 1.5);

  private static MppiConfig config(
      int iterations,
      int samples,
      int elites,
      double policyShare,
      double temperature,
      double momentum,
      double initialStd,
      double minStd) {
    return new MppiConfig(
        iterations,
        samples,
        elites,
        policyShare,
        false,
        temperature,
        momentum,
        initialStd,
        minStd,
        1);
  }

  @Override
  protected SolverProvider<MppiConfig> provider() {
    return new MppiProvider();
  }

  @Override
  protected MppiConfig config() {
    return config(6, 64, 8, 0.05, 0.5, 0.1, 1, 0.05);
  }

  @Override
  protected MppiConfig oneIteration() {
    return config(1, 64, 8, 0.05, 0.5, 0.1, 1, 0.05);
  }

  @Override
  protected boolean converges() {
    return false;
  }

  private Solution solve(MppiConfig config, Problem problem) {
    try (Solver solver = make(config)) {
      return solver.solve(problem);
    }
  }

  @Test
  void comesCloseToTheOptimum() {
    Problem easy = Problems.pendulum(3, 1, 0.5);
    Solution found = solve(config(20, 256, 16, 0, 5, 0.1, 1, 0.001), easy);
    Solution zero = solve(config(0, 256, 16, 0, 5, 0.1, 1, 0.001), easy);
    assertEquals(0, zero.iterations()[0]);
    assertArrayEquals(new double[3], zero.actions().toDoubles());
    assertTrue(found.stationarity()[0] < 0.01 && found.cost(0) < zero.cost(0));
  }

  /** Every setting changes what is found. */
  @Test
  void everySettingCounts() {
    double[] usual = solve(config(), SWING).actions().toDoubles();
    MppiConfig[] others = {
      config(5, 64, 8, 0.05, 0.5, 0.1, 1, 0.05),
      config(6, 40, 8, 0.05, 0.5, 0.1, 1, 0.05),
      config(6, 64, 7, 0.05, 0.5, 0.1, 1, 0.05),
      config(6, 64, 8, 0.05, 5, 0.1, 1, 0.05),
      config(6, 64, 8, 0.05, 0.5, 0.3, 1, 0.05),
      config(6, 64, 8, 0.05, 0.5, 0.1, 0.8, 0.05),
      config(6, 64, 8, 0.05, 0.5, 0.1, 1, 0.2)
    };
    for (MppiConfig other : others) {
      double[] found = solve(other, SWING).actions().toDoubles();
      assertFalse(Arrays.equals(usual, found), other.toString());
    }
  }

  @Test
  void followsThePolicyOfTheCostWhereThereIsOne() {
    // All samples but the mean follow it, without noise: the policy's own trajectory is found.
    MppiConfig follower = config(1, 4, 1, 1, 0.5, 0.1, 1e-9, 0);
    Problem problem = Guided.problem(1, -1, 1);
    assertArrayEquals(
        new double[] {0.5, 0.25, 0.125}, solve(follower, problem).actions().toDoubles(), 1e-12);
    MppiConfig lonely = config(1, 4, 1, 0, 0.5, 0.1, 1e-9, 0);
    assertArrayEquals(new double[3], solve(lonely, problem).actions().toDoubles(), 1e-6);
  }

  @Test
  void aPolicyKeepsToTheBox() {
    MppiConfig follower = config(1, 4, 1, 1, 0.5, 0.1, 1e-9, 0);
    double[] found = solve(follower, Guided.problem(1, -0.3, 0.3)).actions().toDoubles();
    assertArrayEquals(new double[] {0.3, 0.3, 0.2}, found, 1e-12);
  }

  @Test
  void theSameBytesForAnyNumberOfThreadsBatchAndSlot() {
    Solution one = solve(config(), SWING);
    Solution three = solve(new MppiConfig(6, 64, 8, 0.05, false, 0.5, 0.1, 1, 0.05, 3), SWING);
    assertArrayEquals(one.actions().toDoubles(), three.actions().toDoubles());
    assertArrayEquals(one.cost(), three.cost());
    double[] second = {SWING.initialState().get(2), SWING.initialState().get(3)};
    Solution alone = solve(config(), Problems.from(SWING, Array.of(second, 1, 2)));
    assertArrayEquals(
        Arrays.copyOfRange(one.actions().toDoubles(), 8, 16), alone.actions().toDoubles());
  }

  @Test
  void refusesMoreElitesThanSamplesAndALargestBelowTheSmallestSpread() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> config(6, 8, 9, 0, 0.5, 0.1, 1, 0.05))
            .getMessage();
    assertTrue(message.contains("elites: found 9") && message.contains("8"), message);
    message =
        assertThrows(IllegalArgumentException.class, () -> config(6, 8, 4, 0, 0.5, 0.1, 0.01, 0.05))
            .getMessage();
    assertTrue(message.contains("min-std: found 0.05"), message);
  }
}

package dev.difftop.solver.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.testkit.DefaultSettings;
import dev.difftop.testkit.Problems;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What changes from solve to solve: random numbers, smallest deviation; and the Gaussian found. */
class StreamTest {
  private static final Problem SWING = Problems.pendulum(8, 2, 1.5);
  private static final RandomStream ROOT = RandomStream.root(4);

  private static MppiSolver mppi(Object... given) {
    Object[] all = Arrays.copyOf(given, given.length + 4);
    Object[] few = {"samples", 32, "elites", 8};
    System.arraycopy(few, 0, all, given.length, 4);
    return new MppiSolver(
        DefaultSettings.of(MppiConfig.class, all), new Interpreter(), RandomStream.root(1));
  }

  private static Solution solve(MppiSolver solver, Problem problem, long stream) {
    return solver.solve(problem, problem.zeroGuess(), Deadline.none(), ROOT.child(stream));
  }

  private static double[] mean(Solution solution) {
    return solution.proposal().orElseThrow().mean().toDoubles();
  }

  private static double[] deviation(Solution solution) {
    return solution.proposal().orElseThrow().deviation().toDoubles();
  }

  private static double[] drawn(Solution solution) {
    return solution.proposal().orElseThrow().drawn().toDoubles();
  }

  @Test
  void everyStreamGivesItsOwnSamples() {
    try (MppiSolver solver = mppi()) {
      double[] first = mean(solve(solver, SWING, 0));
      double[] second = mean(solve(solver, SWING, 1));
      assertFalse(Arrays.equals(first, second), "another stream, the same samples");
      assertArrayEquals(first, mean(solve(solver, SWING, 0)), "the same stream again");
      double[] own = mean(solver.solve(SWING));
      assertFalse(Arrays.equals(first, own), "a stream is given and not used");
      assertArrayEquals(own, mean(solver.solve(SWING)), "without a stream nothing changes");
    }
  }

  @Test
  void noiseOfThePolicyComesFromTheStreamAsWell() {
    Problem problem = Guided.problem(1, -1, 1);
    // One elite of samples that follow the policy, but for the mean, which stays at -1.
    try (MppiSolver solver =
        mppi("policyShare", 1.0, "policyAdditional", false, "iterations", 1, "minStd", 0.3)) {
      Array far = problem.zeroGuess();
      far.fill(-1);
      double[] first = solver.solve(problem, far, Deadline.none(), ROOT.child(0)).cost();
      double[] second = solver.solve(problem, far, Deadline.none(), ROOT.child(1)).cost();
      assertFalse(Arrays.equals(first, second));
    }
  }

  /** The policy's actions beside as many other samples as before. */
  @Test
  void samplesOfThePolicyComeInAddition() {
    Problem problem = Guided.problem(1, -1, 1);
    Object[] narrow = {"policyShare", 1.0, "initialStd", 1e-9, "minStd", 0.0, "iterations", 1};
    Object[] additional = Arrays.copyOf(narrow, 10);
    additional[8] = "policyAdditional";
    additional[9] = true;
    try (MppiSolver solver = mppi(additional)) {
      assertArrayEquals(
          new double[] {0.5, 0.25, 0.125}, solver.solve(problem).actions().toDoubles(), 1e-12);
      SamplingSettings settings = new SamplingSettings(6, 512, 64, 0.05, true, 0, 0, 1, 0, 1);
      assertEquals(25, settings.policySamples());
    }
  }

  @Test
  void theSmallestDeviationIsThatOfTheLastCall() {
    try (MppiSolver solver = mppi("iterations", 20)) {
      double[] configured = deviation(solver.solve(SWING));
      solver.setMinDeviation(0.4);
      for (double d : deviation(solver.solve(SWING))) {
        assertTrue(d >= 0.4 * 1.5, "deviation " + d);
      }
      solver.setMinDeviation(0.05);
      assertArrayEquals(configured, deviation(solver.solve(SWING)));
      assertTrue(Arrays.stream(configured).min().orElseThrow() < 0.4 * 1.5);
      for (double bad : new double[] {-0.1, 2.1, Double.NaN}) {
        String message =
            assertThrows(IllegalArgumentException.class, () -> solver.setMinDeviation(bad))
                .getMessage();
        assertTrue(message.contains("found " + bad), message);
      }
    }
  }

  /** Greedy weights draw the best elite; equal ones draw others as well. */
  @Test
  void oneEliteIsDrawnByItsWeight() {
    try (MppiSolver greedy = mppi("temperature", 1e9, "iterations", 1);
        MppiSolver fair = mppi("temperature", 0.0, "iterations", 1)) {
      int others = 0;
      for (int i = 0; i < 20; i++) {
        Solution best = solve(greedy, SWING, i);
        // With all weight on one elite the Gaussian's centre is that elite, but for the momentum.
        double[] centre = Arrays.stream(drawn(best)).map(u -> 0.9 * u).toArray();
        assertArrayEquals(centre, mean(best), 1e-12);
        others += Arrays.equals(drawn(best), drawn(solve(fair, SWING, i))) ? 0 : 1;
      }
      assertTrue(others >= 12, "of 20 draws from 8 elites " + others + " were not the best");
    }
  }

  @Test
  void withoutARoundTheProposalIsTheGuess() {
    try (MppiSolver solver = mppi("iterations", 0)) {
      Array guess = SWING.zeroGuess();
      guess.fill(0.5);
      Solution solution = solver.solve(SWING, guess);
      assertArrayEquals(guess.toDoubles(), mean(solution));
      assertArrayEquals(guess.toDoubles(), drawn(solution));
    }
  }
}

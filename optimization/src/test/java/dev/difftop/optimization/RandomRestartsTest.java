package dev.difftop.optimization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.testkit.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which starts there are and which attempt is kept, with a solver that only evaluates. */
class RandomRestartsTest {
  private static final int BATCH = 3;
  private static final int COUNT = 5;

  private final List<Array> guesses = new ArrayList<>();
  private double[] costs;
  private Status status = Status.CONVERGED;
  private Status ownStatus = Status.CONVERGED;

  /** Stays where it starts; rows beyond the first batch cost what a test says. */
  private Solution stay(Problem problem, Array guess, Deadline deadline) {
    guesses.add(guess);
    int rows = problem.batch();
    double[] cost = new double[rows];
    Arrays.fill(cost, 7);
    Status[] how = new Status[rows];
    Arrays.fill(how, ownStatus);
    if (rows > BATCH) {
      System.arraycopy(costs, 0, cost, 0, rows);
      Arrays.fill(how, status);
    }
    int[] numbers = new int[rows];
    Arrays.setAll(numbers, i -> rows > BATCH ? 100 + i : i);
    double[] slopes = new double[rows];
    int horizon = problem.spec().horizon();
    return Solution.of(problem)
        .actions(guess.toDoubles())
        .states(new double[rows * (horizon + 1) * problem.spec().stateSize()])
        .cost(cost)
        .status(how)
        .iterations(numbers)
        .stationarity(slopes)
        .build();
  }

  private Solution best(Problem problem) {
    Array guess = problem.zeroGuess();
    guess.fill(0.25);
    return new RandomRestarts(this::stay, COUNT - 1, RandomStream.root(3))
        .best(problem, guess, Deadline.none());
  }

  private static double[] filled(double value) {
    double[] out = new double[(COUNT - 1) * BATCH];
    Arrays.fill(out, value);
    return out;
  }

  @Test
  void withoutRestartsItIsTheSolverItself() {
    Problem problem = Problems.pendulum(6, BATCH, 2);
    Solution own = stay(problem, problem.zeroGuess(), Deadline.none());
    RandomRestarts one = new RandomRestarts((p, g, d) -> own, 0, RandomStream.root(3));
    assertSame(own, one.best(problem, problem.zeroGuess(), Deadline.none()));
  }

  @Test
  void keepsTheLowestMinimumOfEachSample() {
    Problem problem = Problems.pendulum(6, BATCH, 2);
    costs = filled(8);
    costs[BATCH + 1] = 6;
    costs[2 * BATCH + 1] = 5;
    Solution found = best(problem);
    assertArrayEquals(new double[] {7, 5, 7}, found.cost());
    assertArrayEquals(new int[] {0, 100 + 2 * BATCH + 1, 2}, found.iterations());
    int n = 6;
    for (int i = 0; i < n; i++) {
      assertEquals(0.25, found.actions().get(i));
      assertEquals(guesses.get(1).get((2 * BATCH + 1) * n + i), found.actions().get(n + i));
    }
  }

  @Test
  void keepsTheFirstOfEqualMinimaAndWhatHasNoCost() {
    costs = filled(7 - 1e-12);
    costs[0] = Double.NaN;
    costs[1] = Double.NEGATIVE_INFINITY;
    assertArrayEquals(new int[] {0, 1, 2}, best(Problems.pendulum(6, BATCH, 2)).iterations());
  }

  @Test
  void aMinimumIsBetterThanALowerPointThatIsNone() {
    costs = filled(1);
    status = Status.ITERATION_LIMIT;
    assertArrayEquals(new int[] {0, 1, 2}, best(Problems.pendulum(6, BATCH, 2)).iterations());
  }

  @Test
  void withoutAnIterationTheGuessIsTheResult() {
    costs = filled(1);
    status = Status.ITERATION_LIMIT;
    ownStatus = Status.ITERATION_LIMIT;
    assertArrayEquals(new int[] {0, 1, 2}, best(Problems.pendulum(6, BATCH, 2)).iterations());
  }

  @Test
  void afterTheDeadlineThereIsNoRestart() {
    Problem problem = Problems.pendulum(6, BATCH, 2);
    new RandomRestarts(this::stay, COUNT - 1, RandomStream.root(3))
        .best(problem, problem.zeroGuess(), Deadline.after(Duration.ZERO));
    assertEquals(1, guesses.size());
  }

  @Test
  void startsLieInTheBoxDifferAndAreTheSameForAllSamples() {
    Problem problem = Problems.pendulum(6, BATCH, 2);
    costs = filled(8);
    best(problem);
    double[] starts = guesses.get(1).toDoubles();
    for (int i = 0; i < starts.length; i++) {
      assertTrue(starts[i] >= problem.low(0, i % 6) && starts[i] <= problem.high(0, i % 6));
      assertEquals(starts[i / (6 * BATCH) * 6 * BATCH + i % 6], starts[i]);
    }
    assertTrue(Arrays.stream(starts).distinct().count() > 12);
  }

  @Test
  void withoutABoxTheFirstSolutionSaysHowFar() {
    Problem problem = Problems.pendulum(6, BATCH, Double.POSITIVE_INFINITY);
    costs = filled(8);
    best(problem);
    double first = guesses.get(1).get(0);
    Array ten = problem.zeroGuess();
    ten.fill(2.5);
    new RandomRestarts(this::stay, COUNT - 1, RandomStream.root(3))
        .best(problem, ten, Deadline.none());
    assertEquals(10 * first, guesses.get(3).get(0), 1e-12);
  }

  @Test
  void aStabilisedStartIsTakenWhereItIsLowerAndNothingElseConverged() {
    Problem problem = Problems.pendulum(6, BATCH, 2);
    costs = filled(8);
    Solution steady =
        stay(problem, problem.zeroGuess(), Deadline.none()).toBuilder()
            .cost(new double[] {3, 9, 3})
            .status(new Status[] {Status.STALLED, Status.CONVERGED, Status.CONVERGED})
            .iterations(new int[] {50, 51, 52})
            .build();
    RandomRestarts restarts =
        new RandomRestarts(
            this::stay, java.util.Optional.of((p, g, d) -> steady), 1, RandomStream.root(3));
    costs = new double[2 * BATCH];
    Arrays.fill(costs, 8);
    Array guess = problem.zeroGuess();
    assertArrayEquals(
        new int[] {0, 1, 52}, restarts.best(problem, guess, Deadline.none()).iterations());
    ownStatus = Status.ITERATION_LIMIT;
    assertArrayEquals(
        new int[] {50, 1, 52}, restarts.best(problem, guess, Deadline.none()).iterations());
  }
}

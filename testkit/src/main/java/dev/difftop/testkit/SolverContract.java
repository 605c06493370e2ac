package dev.difftop.testkit;

import static dev.difftop.testkit.Numeric.assertClose;
import static dev.difftop.testkit.Numeric.assertSameBits;
import static dev.difftop.testkit.Numeric.sample;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every solver promises: what its solution says is true, it keeps to the box, a sample's
 * result is its own, failing is a status. What a solver cannot do it declares by {@link
 * #converges}.
 *
 * @param <C> configuration record
 */
public abstract class SolverContract<C extends Record> extends ProviderContract<C, Solver> {
  private static final int BATCH = 4;
  private final LinearQuadratic mass = LinearQuadratic.doubleIntegrator(12, BATCH);
  private final LinearQuadratic drawn = LinearQuadratic.random(3, 2, 6, BATCH, 5);
  private final Problem swing = Problems.pendulum(12, BATCH, 1.5);
  private Solver solver;

  @Override
  protected abstract SolverProvider<C> provider();

  /** Settings with a tolerance of 1e-8 or below and as many iterations as that needs. */
  @Override
  protected abstract C config();

  /** The same settings with one iteration. */
  protected abstract C oneIteration();

  /** Whether it finds stationary points; false for one that only samples. */
  protected boolean converges() {
    return true;
  }

  /** Largest |dJ/du| on the free set where it says {@link Status#CONVERGED}, float64. */
  protected double stationarityTolerance() {
    return 1e-6;
  }

  @BeforeEach
  void start() {
    solver = make();
  }

  @AfterEach
  void stop() {
    solver.close();
  }

  @Test
  void acceptsOrdinaryProblems() {
    assertEquals("", solver.refusal(mass.spec()).orElse(""));
    assertEquals("", solver.refusal(swing.spec()).orElse(""));
  }

  @Test
  void matchesTheRiccatiCostOnALinearQuadraticProblem() {
    assumeTrue(converges());
    for (LinearQuadratic lq : new LinearQuadratic[] {mass, drawn}) {
      Solution solution = solver.solve(lq.problem());
      LinearQuadratic.Optimum optimum = lq.optimum();
      for (int b = 0; b < BATCH; b++) {
        assertEquals(Status.CONVERGED, solution.status(b), "sample " + b);
        assertEquals(optimum.cost()[b], solution.cost(b), 1e-8 * Math.abs(optimum.cost()[b]));
      }
      assertClose(optimum.actions(), solution.actions().toDoubles(), 1e-6, "actions");
    }
  }

  @Test
  void feedbackGainsAreTheRiccatiGains() {
    Solution solution = solver.solve(drawn.problem());
    assumeTrue(converges() && solution.gains().isPresent());
    Solution.Gains gains = solution.gains().orElseThrow();
    assertEquals(Shape.of(BATCH, 6, 2, 3), gains.feedback().shape());
    assertEquals(Shape.of(BATCH, 6, 2), gains.feedforward().shape());
    double[] expected = drawn.optimum().feedback();
    assertClose(expected, gains.feedback().toDoubles(), 1e-5, "feedback");
    assertClose(new double[BATCH * 12], gains.feedforward().toDoubles(), 1e-5, "feedforward");
  }

  @Test
  void whatTheSolutionSaysIsTrue() {
    for (Problem problem : new Problem[] {swing, mass.problem(DType.FLOAT64, -2, 2)}) {
      Solution solution = solver.solve(problem);
      double[] u = solution.actions().toDoubles();
      Trajectories truth = Trajectories.of(problem, u);
      assertClose(truth.states(), solution.states().toDoubles(), 1e-11, "states");
      assertClose(truth.cost(), solution.cost(), 1e-11, "cost");
      for (int b = 0; b < BATCH; b++) {
        assertNotNull(solution.status(b), "status of sample " + b);
        if (solution.status(b) == Status.CONVERGED) {
          double stationarity = truth.stationarity(problem, solution.actions(), b);
          assertTrue(stationarity <= stationarityTolerance(), "sample " + b + ": " + stationarity);
          assertEquals(stationarity, solution.stationarity()[b], stationarityTolerance());
        }
      }
      assertInside(problem, solution);
    }
  }

  /** Converged or not: at a limit, at a deadline, at the guess. */
  @Test
  void stationarityIsThatOfWhatIsReturned() {
    Array guess = swing.zeroGuess();
    guess.fill(0.3);
    for (C config : java.util.List.of(config(), oneIteration())) {
      try (Solver other = make(config)) {
        assertStationarity(swing, other.solve(swing, guess));
        assertStationarity(swing, other.solve(swing, guess, atLook(0)));
        assertStationarity(swing, other.solve(swing, guess, atLook(2)));
      }
    }
  }

  private static void assertStationarity(Problem problem, Solution solution) {
    Trajectories truth = Trajectories.of(problem, solution.actions().toDoubles());
    for (int b = 0; b < BATCH; b++) {
      double expected = truth.stationarity(problem, solution.actions(), b);
      double found = solution.stationarity()[b];
      assertEquals(expected, found, 1e-8 * (1 + expected), solution.status(b) + ", sample " + b);
    }
  }

  @Test
  void convergesInABox() {
    assumeTrue(converges());
    for (Problem problem : new Problem[] {swing, drawn.problem(DType.FLOAT64, -0.3, 0.2)}) {
      Solution solution = solver.solve(problem);
      for (int b = 0; b < BATCH; b++) {
        assertEquals(Status.CONVERGED, solution.status(b), "sample " + b);
      }
    }
  }

  private static void assertInside(Problem problem, Solution solution) {
    int n = solution.actions().size() / problem.batch();
    for (int i = 0; i < solution.actions().size(); i++) {
      double u = solution.actions().get(i);
      double low = problem.low(i / n, i % n);
      double high = problem.high(i / n, i % n);
      assertTrue(
          low <= u && u <= high, "action " + i + ": " + u + " in [" + low + ", " + high + "]");
    }
  }

  @Test
  void staysInABoxOfEachSampleWithFixedComponents() {
    Array low = Array.zeros(DType.FLOAT64, Shape.of(BATCH, 12, 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(BATCH, 12, 1));
    for (int i = 0; i < low.size(); i++) {
      low.set(i, -0.2 * (1 + i % 5));
      high.set(i, i % 3 == 0 ? low.get(i) : 0.1 * (i % 7));
    }
    Problem problem = Problems.within(mass.problem(), low, high);
    Solution solution = solver.solve(problem);
    assertInside(problem, solution);
    for (int i = 0; i < low.size(); i += 3) {
      assertEquals(low.get(i), solution.actions().get(i), "a fixed action");
    }
    for (int b = 0; b < BATCH && converges(); b++) {
      assertEquals(Status.CONVERGED, solution.status(b), "sample " + b);
    }
  }

  @Test
  void aGuessOutsideTheBoxIsClamped() {
    Array guess = swing.zeroGuess();
    guess.fill(100);
    Solution solution = solver.solve(swing, guess);
    assertInside(swing, solution);
    for (double cost : solution.cost()) {
      assertTrue(Double.isFinite(cost));
    }
  }

  @Test
  void neverEndsWorseThanTheGuess() {
    Array guess = swing.zeroGuess();
    for (int i = 0; i < guess.size(); i++) {
      guess.set(i, Math.cos(3 * i));
    }
    double[] first = Trajectories.of(swing, guess.toDoubles()).cost();
    for (C config : java.util.List.of(config(), oneIteration())) {
      try (Solver other = make(config)) {
        Solution solution = other.solve(swing, guess);
        for (int b = 0; b < BATCH; b++) {
          assertTrue(solution.cost(b) <= first[b] + 1e-12, "sample " + b);
        }
      }
    }
  }

  @Test
  void anIterationLimitIsReportedNotThrown() {
    Problem free = Problems.pendulum(12, BATCH, Double.POSITIVE_INFINITY);
    try (Solver hurried = make(oneIteration())) {
      Solution solution = hurried.solve(free);
      for (int b = 0; b < BATCH; b++) {
        assertEquals(Status.ITERATION_LIMIT, solution.status(b), "sample " + b);
        assertEquals(1, solution.iterations()[b], "iterations of sample " + b);
      }
    }
  }

  /** A deadline that comes at a given look, the first being number 1, whatever the wall clock. */
  private static Deadline atLook(int number) {
    long[] looks = {0};
    return Deadline.after(Duration.ofNanos(number), () -> looks[0]++);
  }

  @Test
  void aPastDeadlineGivesTheGuess() {
    Array guess = swing.zeroGuess();
    guess.fill(0.3);
    Solution solution = solver.solve(swing, guess, atLook(0));
    assertSameBits(guess.toDoubles(), solution.actions().toDoubles(), "actions");
    Trajectories truth = Trajectories.of(swing, guess.toDoubles());
    assertClose(truth.states(), solution.states().toDoubles(), 1e-11, "states");
    assertClose(truth.cost(), solution.cost(), 1e-11, "cost");
    for (int b = 0; b < BATCH; b++) {
      assertEquals(Status.DEADLINE, solution.status(b), "sample " + b);
      assertEquals(0, solution.iterations()[b], "iterations of sample " + b);
    }
  }

  @Test
  void aDeadlineEndsTheSolveBetweenIterations() {
    Problem free = Problems.pendulum(12, BATCH, Double.POSITIVE_INFINITY);
    double[] first = Trajectories.of(free, free.zeroGuess().toDoubles()).cost();
    Solution solution = solver.solve(free, free.zeroGuess(), atLook(2));
    for (int b = 0; b < BATCH; b++) {
      assertEquals(Status.DEADLINE, solution.status(b), "sample " + b);
      assertTrue(solution.iterations()[b] >= 1, "iterations of sample " + b);
      assertTrue(solution.cost(b) <= first[b] + 1e-12, "cost of sample " + b);
    }
  }

  @Test
  void aFarDeadlineChangesNothing() {
    Deadline far = Deadline.after(Duration.ofDays(1));
    Solution solution = solver.solve(swing, swing.zeroGuess(), far);
    assertSameResult(solver.solve(swing), solution, BATCH);
    for (int b = 0; b < BATCH; b++) {
      assertNotEquals(Status.DEADLINE, solution.status(b), "sample " + b);
    }
  }

  @Test
  void guessAndProblemAreLeftAlone() {
    Problem before = Problems.copy(swing);
    Array guess = swing.zeroGuess();
    guess.fill(0.3);
    solver.solve(swing, guess);
    for (int i = 0; i < guess.size(); i++) {
      assertEquals(0.3, guess.get(i));
    }
    assertSame(before.initialState(), swing.initialState(), "initial state");
    assertSame(before.low(), swing.low(), "low");
    assertSame(before.high(), swing.high(), "high");
    for (Map.Entry<String, Array> leaf : before.parameters().entrySet()) {
      assertSame(leaf.getValue(), swing.parameters().get(leaf.getKey()), leaf.getKey());
    }
  }

  private static void assertSame(Array expected, Array found, String what) {
    assertSameBits(expected.toDoubles(), found.toDoubles(), what);
  }

  @Test
  void aSolutionDoesNotChangeWithTheNextSolve() {
    Solution first = solver.solve(swing);
    double[] actions = first.actions().toDoubles();
    double[] states = first.states().toDoubles();
    double[] cost = first.cost().clone();
    solver.solve(Problems.from(swing, Array.of(new double[2 * BATCH], BATCH, 2)));
    assertSameBits(actions, first.actions().toDoubles(), "actions");
    assertSameBits(states, first.states().toDoubles(), "states");
    assertSameBits(cost, first.cost(), "cost");
  }

  @Test
  void aGuessOfAnotherShapeIsRefusedWithBothShapes() {
    Array guess = Array.zeros(DType.FLOAT64, Shape.of(BATCH, 11, 1));
    String message =
        assertThrows(IllegalArgumentException.class, () -> solver.solve(swing, guess)).getMessage();
    assertTrue(message.contains("(4, 11, 1)") && message.contains("(4, 12, 1)"), message);
  }

  @Test
  void sameInputSameBits() {
    Solution first = solver.solve(swing);
    assertSameResult(first, solver.solve(swing), BATCH);
    try (Solver other = make()) {
      other.solve(mass.problem());
      assertSameResult(first, other.solve(swing), BATCH);
    }
  }

  /** The first {@code samples} samples agree in every bit. */
  private static void assertSameResult(Solution expected, Solution found, int samples) {
    for (int b = 0; b < samples; b++) {
      String what = "sample " + b + ": ";
      assertEquals(expected.status(b), found.status(b), what + "status");
      assertEquals(expected.iterations()[b], found.iterations()[b], what + "iterations");
      assertSameBits(row(expected.actions(), b), row(found.actions(), b), what + "actions");
      assertSameBits(row(expected.states(), b), row(found.states(), b), what + "states");
      double[] numbers = {expected.cost(b), expected.stationarity()[b]};
      double[] others = {found.cost(b), found.stationarity()[b]};
      assertSameBits(numbers, others, what + "cost and stationarity");
    }
  }

  private static double[] row(Array batch, int b) {
    return sample(batch.toDoubles(), batch.shape().dim(0), b);
  }

  @Test
  void aSampleDoesNotDependOnTheValuesOfOthers() {
    for (DType dtype : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
      Problem problem = Problems.in(swing, dtype);
      Solution before = solver.solve(problem);
      Array x0 = problem.initialState().as(DType.FLOAT64);
      for (int i = 4; i < x0.size(); i++) {
        x0.set(i, 3 - 0.7 * i);
      }
      assertSameResult(before, solver.solve(Problems.from(problem, x0)), 2);
    }
  }

  @Test
  void aSampleThatIsNotFiniteDisturbsNoOther() {
    Solution before = solver.solve(swing);
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Array x0 = swing.initialState().as(DType.FLOAT64);
      x0.set(2 * (BATCH - 1), bad);
      Solution after = solver.solve(Problems.from(swing, x0));
      assertEquals(Status.NOT_FINITE, after.status(BATCH - 1));
      assertSameResult(before, after, BATCH - 1);
    }
  }

  @Test
  void solvesInSinglePrecision() {
    assumeTrue(converges());
    double[] optimum = mass.optimum().cost();
    Solution floats =
        solver.solve(
            mass.problem(DType.FLOAT32, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
    for (int b = 0; b < BATCH; b++) {
      assertEquals(optimum[b], floats.cost(b), 1e-4 * Math.abs(optimum[b]), "sample " + b);
      assertNotEquals(Status.NOT_FINITE, floats.status(b));
    }
  }

  @Test
  void solvesOtherBatchesAndProblemsInTurn() {
    LinearQuadratic alone = LinearQuadratic.random(2, 1, 1, 1, 9);
    for (int round = 0; round < 2; round++) {
      solver.solve(swing);
      Solution solution = solver.solve(alone.problem());
      assertEquals(Shape.of(1, 1, 1), solution.actions().shape());
      assertEquals(Shape.of(1, 2, 2), solution.states().shape());
      if (converges()) {
        assertEquals(alone.optimum().cost()[0], solution.cost(0), 1e-8);
      }
    }
  }

  /**
   * A slice of {@link SolverSoak}; {@code -Ddifftop.soak=20000} runs as many problems as it says,
   * {@code -Ddifftop.soak.seed} other ones, {@code -Ddifftop.soak.batch} one batch alone. It prints
   * how they ended.
   */
  @Test
  void survivesProblemsMadeToHurt() {
    int problems = Integer.getInteger("difftop.soak", 160);
    long seed = Long.getLong("difftop.soak.seed", 1);
    Integer batch = Integer.getInteger("difftop.soak.batch");
    SolverSoak soak = new SolverSoak(solver, converges());
    if (batch == null) {
      soak.run(seed, problems);
    } else {
      soak.runBatch(seed, batch);
    }
    System.out.printf("soak of %s, seed %d: %s%n", provider().name(), seed, soak.statuses());
  }
}

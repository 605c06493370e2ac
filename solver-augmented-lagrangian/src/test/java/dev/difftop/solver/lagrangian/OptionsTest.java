package dev.difftop.solver.lagrangian;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.testkit.Problems;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every setting has an effect; solvers that only sample are led to the limits as well. */
class OptionsTest {
  private final Problem cart = Problems.limited(3, 4);

  private Solution solve(Consumer<Lagrangian> change) {
    Lagrangian settings = new Lagrangian();
    change.accept(settings);
    try (Solver solver = settings.solver()) {
      return solver.solve(cart);
    }
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  private static double violation(Solution solution) {
    return largest(solution.multipliers().orElseThrow().violation());
  }

  @Test
  void violationSaysWhenALimitIsKept() {
    Solution usual = solve(s -> {});
    Solution coarse = solve(s -> s.violation = 1e-2);
    assertTrue(violation(usual) <= 1e-10, "" + violation(usual));
    assertTrue(violation(coarse) > 1e-6 && violation(coarse) <= 1e-2, "" + violation(coarse));
    assertArrayEquals(new int[3], Arrays.stream(coarse.status()).mapToInt(Enum::ordinal).toArray());
  }

  @Test
  void roundsAreLimited() {
    Solution one = solve(s -> s.maxRounds = 1);
    for (Status status : one.status()) {
      assertEquals(Status.ITERATION_LIMIT, status);
    }
    // Multipliers are those of the one round: the penalty times what was broken.
    assertTrue(violation(one) > 1e-3);
  }

  @Test
  void theFirstPenaltyDecidesHowFarTheFirstRoundStrays() {
    Solution gentle = solve(s -> change(s, 1, 1));
    Solution steep = solve(s -> change(s, 1, 100));
    assertTrue(violation(gentle) > 10 * violation(steep));
  }

  private static void change(Lagrangian settings, int rounds, double penalty) {
    settings.maxRounds = rounds;
    settings.firstPenalty = penalty;
  }

  /** After three rounds, the last with a penalty that has grown or has not. */
  @Test
  void thePenaltyGrowsByItsFactorWhileProgressIsSlow() {
    Solution mild = solve(s -> after(s, 3, 0.01, 2));
    Solution steep = solve(s -> after(s, 3, 0.01, 100));
    assertTrue(violation(mild) > 3 * violation(steep), violation(mild) + " " + violation(steep));
    Solution never = solve(s -> after(s, 3, 0.99, 100));
    assertTrue(violation(never) > 3 * violation(steep), violation(never) + " " + violation(steep));
  }

  private static void after(Lagrangian settings, int rounds, double progress, double factor) {
    settings.firstPenalty = 1;
    settings.maxRounds = rounds;
    settings.progress = progress;
    settings.penaltyFactor = factor;
  }

  /** With a small penalty multipliers converge slowly. */
  @Test
  void theLargestPenaltyIsKeptTo() {
    Solution usual = solve(s -> atMost(s, 1e7, 5));
    Solution weak = solve(s -> atMost(s, 10, 5));
    assertTrue(violation(weak) > 10 * violation(usual), violation(weak) + " " + violation(usual));
    assertFalse(weak.status(0).isConverged());
    assertEquals(Status.CONVERGED, solve(s -> atMost(s, 1e3, 200)).status(0));
  }

  private static void atMost(Lagrangian settings, double penalty, int rounds) {
    settings.maxPenalty = penalty;
    settings.maxRounds = rounds;
  }

  @Test
  void aFirstPenaltyAboveTheLargestIsRefused() {
    Lagrangian settings = new Lagrangian();
    settings.firstPenalty = 10;
    settings.maxPenalty = 1;
    String message = assertThrows(IllegalArgumentException.class, settings::solver).getMessage();
    assertTrue(message.contains("first-penalty") && message.contains("max-penalty"), message);
  }

  @Test
  void theInnerSolverSolves() {
    Solution ilqr = solve(s -> {});
    Solution newton = solve(s -> s.inner = Inner.precise("gauss-newton"));
    assertArrayEquals(ilqr.actions().toDoubles(), newton.actions().toDoubles(), 1e-8);
    assertFalse(Arrays.equals(ilqr.iterations(), newton.iterations()));
    Solution.Gains gains = ilqr.gains().orElseThrow();
    assertEquals(Shape.of(3, 7, 1, 2), gains.feedback().shape());
    assertTrue(newton.gains().isEmpty());
  }

  @Test
  void whatTheInnerSolverRefusesIsRefused() {
    Inner refusing = new Inner("ilqr", java.util.Map.of("maxIterations", 1));
    try (Solver solver = Lagrangian.around(refusing)) {
      assertEquals(Optional.empty(), solver.refusal(cart.spec()));
      ProblemSpec kinked = Problems.kinked(1, 1).spec();
      try (Solver inner = refusing.solver()) {
        assertEquals(inner.refusal(kinked), solver.refusal(kinked));
        assertTrue(inner.refusal(cart.spec()).isPresent(), "ilqr alone knows no limits");
      }
    }
  }

  /**
   * Samplers see limits as costs alone. They come near the optimum that gradient solvers find, with
   * limits broken by little; a polish of what was sampled finds it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"mppi", "cem"})
  void samplersComeNearTheLimits(String name) {
    Solution truth = solve(s -> {});
    Inner free = Inner.of(name, "iterations", 20, "minStd", 0.01, "initialStd", 2.0);
    Solution sampled =
        solve(
            s -> {
              s.inner = free;
              s.violation = 1e-2;
              s.maxPenalty = 30;
              s.maxRounds = 12;
            });
    for (int b = 0; b < 3; b++) {
      assertTrue(violation(sampled) <= 0.05, name + ": violation " + violation(sampled));
      assertEquals(truth.cost(b), sampled.cost(b), 0.03 * truth.cost(b), name);
      assertFalse(sampled.status(b) == Status.INFEASIBLE);
    }
  }

  @Test
  void aPolishOfWhatWasSampledFindsTheOptimum() {
    Solution truth = solve(s -> {});
    Solution polished = solve(s -> s.inner = Inner.precise("hybrid"));
    for (int b = 0; b < 3; b++) {
      assertEquals(Status.CONVERGED, polished.status(b));
      assertEquals(truth.cost(b), polished.cost(b), 1e-8);
    }
    assertArrayEquals(truth.actions().toDoubles(), polished.actions().toDoubles(), 1e-6);
  }

  /** Restarts of the inner solver draw from the stream of the solve. */
  @Test
  void theInnerSolverDrawsFromTheStreamOfTheSolve() {
    Inner sampler = Inner.of("cem", "iterations", 2, "samples", 32, "elites", 4);
    try (Solver solver = Lagrangian.around(sampler)) {
      Array guess = cart.zeroGuess();
      double[] first = solveWith(solver, guess, 1);
      assertArrayEquals(first, solveWith(solver, guess, 1));
      assertFalse(Arrays.equals(first, solveWith(solver, guess, 2)));
    }
  }

  private double[] solveWith(Solver solver, Array guess, long seed) {
    return solver
        .solve(cart, guess, Deadline.none(), RandomStream.root(seed))
        .actions()
        .toDoubles();
  }
}

package dev.difftop.solver.ilqr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import dev.difftop.testkit.UnstableProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Balance over horizons in which every open-loop guess falls. */
class UnstableProblemsTest {
  private static Solution solve(UnstableProblems.Case each, int restarts, IlqrConfig.Start start) {
    Settings settings = new Settings();
    settings.randomRestarts = restarts;
    settings.start = start;
    try (IlqrSolver solver =
        new IlqrSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      return solver.solve(each.problem());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.difftop.testkit.UnstableProblems#table")
  void aRestartFindsTheBalance(UnstableProblems.Case each) {
    Solution solution = solve(each, 1, IlqrConfig.Start.ROLLOUT);
    assertEquals(Status.CONVERGED, solution.status(0));
    assertTrue(solution.cost(0) < each.balanced(), "cost " + solution.cost(0));
  }

  @Test
  void multipleShootingTakesAFewIterations() {
    UnstableProblems.Case each = UnstableProblems.pendulum(120, 0.05, 2);
    Solution solution = solve(each, 0, IlqrConfig.Start.MULTIPLE_SHOOTING);
    assertEquals(Status.CONVERGED, solution.status(0));
    assertTrue(solution.iterations()[0] <= 5, "iterations " + solution.iterations()[0]);
    assertTrue(solution.cost(0) < each.balanced());
  }

  /**
   * The pendulum grows by 1.17 a step: after 400 steps the rounding of the last states would be
   * 1e11 in the first derivatives, after 5000 no number.
   */
  @Test
  void stationarityIsThatOfTheClosedLoop() {
    UnstableProblems.Case each = UnstableProblems.pendulum(400, 0.05, 2);
    Solution solution = solve(each, 0, IlqrConfig.Start.MULTIPLE_SHOOTING);
    Gradients g = gradientsOfFirstAction(each, solution);
    // The first action responds to the first state with its gain.
    double[] gains = solution.gains().orElseThrow().feedback().toDoubles();
    assertEquals(gains[0], g.initialState().get(0), 1e-6 * Math.abs(gains[0]));
    assertEquals(gains[1], g.initialState().get(1), 1e-6 * Math.abs(gains[1]));
    UnstableProblems.Case longer = UnstableProblems.pendulum(5000, 0.05, 2);
    Solution same = solve(longer, 0, IlqrConfig.Start.MULTIPLE_SHOOTING);
    assertEquals(solution.cost(0), same.cost(0), 1e-12);
    Gradients h = gradientsOfFirstAction(longer, same);
    assertEquals(g.initialState().get(0), h.initialState().get(0), 1e-8);
    assertEquals(g.initialState().get(1), h.initialState().get(1), 1e-8);
  }

  private static Gradients gradientsOfFirstAction(UnstableProblems.Case of, Solution solution) {
    assertEquals(Status.CONVERGED, solution.status(0));
    assertTrue(solution.cost(0) < of.balanced());
    assertTrue(solution.stationarity()[0] <= 1e-8);
    double[] bar = new double[of.problem().spec().horizon()];
    bar[0] = 1;
    Gradients g = gradients(of, solution, bar);
    assertEquals(Gradients.Outcome.REGULAR, g.samples()[0].outcome());
    return g;
  }

  private static Gradients gradients(UnstableProblems.Case of, Solution solution, double[] bar) {
    try (Adjoint adjoint =
        new ImplicitAdjoint(new Interpreter(), Curvature.EXACT, BadSamples.KEEP)) {
      return adjoint.pullBack(of.problem(), solution, Cotangents.ofActions(bar));
    }
  }
}

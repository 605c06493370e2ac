package dev.difftop.solver.gaussnewton;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.testkit.DefaultSettings;
import dev.difftop.testkit.UnstableProblems;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Balance over horizons in which every open-loop guess falls. */
class UnstableProblemsTest {
  private static void check(Solver solver, List<UnstableProblems.Case> cases) {
    try (solver) {
      for (UnstableProblems.Case each : cases) {
        Solution solution = solver.solve(each.problem());
        assertTrue(solution.cost(0) < each.balanced(), each + ": cost " + solution.cost(0));
        assertTrue(solution.stationarity()[0] < 1e-4, each + ": " + solution.stationarity()[0]);
      }
    }
  }

  @Test
  void dampedStepsFindIt() {
    Settings settings = new Settings();
    settings.randomRestarts = 1;
    settings.tolerance = 1e-6;
    check(
        new GaussNewtonSolver(settings.config(), new Interpreter(), RandomStream.root(0)),
        List.of(UnstableProblems.pendulum(100, 0.05, 2), UnstableProblems.cartPole(80, 0.05, 10)));
  }

  @Test
  void quasiNewtonStepsFindIt() {
    check(
        new LbfgsSolver(
            DefaultSettings.of(LbfgsConfig.class, "randomRestarts", 1, "tolerance", 1e-6),
            new Interpreter(),
            RandomStream.root(0)),
        List.of(UnstableProblems.pendulum(80, 0.05, 2)));
  }

  /** {@code x' = 1.5 x + u} over 200 steps: no rollout is finite in any useful sense. */
  @Test
  void anUnstableLinearQuadraticProblemNeedsNoRollout() {
    try (Solver solver =
        new GaussNewtonSolver(new Settings().config(), new Interpreter(), RandomStream.root(0))) {
      Solution solution = solver.solve(UnstableProblems.linear(200, 1));
      // The value of x at 1 is P/2, where P solves P = 1 + 2.25 P - 2.25 P^2 / (0.05 + P).
      double p = 0.5 * (1.0625 + Math.sqrt(1.0625 * 1.0625 + 4 * 0.05));
      assertEquals(0.5 * p, solution.cost(0), 1e-9);
      assertEquals(Status.CONVERGED, solution.status(0));
    }
  }
}

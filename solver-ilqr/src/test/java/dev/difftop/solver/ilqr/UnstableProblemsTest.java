package dev.difftop.solver.ilqr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
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
}

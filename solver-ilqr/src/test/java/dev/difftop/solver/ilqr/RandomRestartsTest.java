package dev.difftop.solver.ilqr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.testkit.Problems;
import org.junit.jupiter.api.Test;

/** Restarts on a problem with several minima. */
class RandomRestartsTest {
  private static Solution solve(int restarts) {
    Settings settings = new Settings();
    settings.randomRestarts = restarts;
    Problem swing = Problems.pendulum(30, 8, Double.POSITIVE_INFINITY);
    try (IlqrSolver solver =
        new IlqrSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      // With torques the wrong way round.
      Array guess = swing.zeroGuess();
      for (int i = 0; i < guess.size(); i++) {
        guess.set(i, i % 30 < 15 ? 6 : -6);
      }
      return solver.solve(swing, guess);
    }
  }

  @Test
  void restartsFindLowerMinima() {
    Solution one = solve(0);
    Solution eight = solve(7);
    double most = 0;
    for (int b = 0; b < 8; b++) {
      assertEquals(Status.CONVERGED, eight.status(b));
      assertTrue(eight.cost(b) <= one.cost(b));
      most = Math.max(most, one.cost(b) - eight.cost(b));
    }
    assertTrue(most > 0.1, "at most " + most + " lower");
  }
}

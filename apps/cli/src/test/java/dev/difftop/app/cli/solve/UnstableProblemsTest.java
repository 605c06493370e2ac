package dev.difftop.app.cli.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.Plugins;
import dev.difftop.testkit.UnstableProblems;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Unstable problems over long horizons: every solver ends at the same balance. {@code
 * -Ddifftop.unstable=2000} goes through all horizons up to that and prints the table of {@code
 * docs/notes/results.md}, with seconds.
 */
final class UnstableProblemsTest {
  /** Beyond this many steps matrices over all actions at once take minutes. */
  private static final int LONGEST_DENSE = 200;

  private static final Configurations CONFIGURATIONS = new Configurations(Plugins.discover());
  private static final Assembly ND4J =
      new Assembly(CONFIGURATIONS.choose(Engine.class, "nd4j", List.of()));

  static List<UnstableProblems.Case> table() {
    int longest = Integer.getInteger("difftop.unstable", 60);
    return UnstableProblems.longTable().stream()
        .filter(each -> each.problem().spec().horizon() <= longest)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("table")
  void everySolverFindsTheBalance(UnstableProblems.Case each) {
    double cost = check(each, "ilqr").cost(0);
    assertTrue(cost < each.balanced(), each + ": cost " + cost);
    assertEquals(cost, check(each, "gauss-newton").cost(0), 1e-6 * (1 + cost));
    if (each.problem().spec().horizon() <= LONGEST_DENSE) {
      assertEquals(cost, check(each, "lbfgs").cost(0), 1e-6 * (1 + cost));
    }
  }

  private static Solution check(UnstableProblems.Case each, String name) {
    List<String> settings = List.of("random-restarts=1", "tolerance=1e-7", "max-iterations=500");
    try (Solver solver =
        ND4J.make(CONFIGURATIONS.choose(Solver.class, name, settings), RandomStream.root(3))) {
      long start = System.nanoTime();
      Solution solution = solver.solve(each.problem());
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "| %s | %d | %s | %s | %.9f | %d | %.2f |%n",
          each,
          each.problem().spec().horizon(),
          name,
          solution.status(0),
          solution.cost(0),
          solution.iterations()[0],
          seconds);
      assertEquals(Status.CONVERGED, solution.status(0), each + " with " + name);
      return solution;
    }
  }
}

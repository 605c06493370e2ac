package dev.difftop.app.cli.train;

import dev.difftop.api.Solver;
import dev.difftop.app.reference.problem.TightSolver;
import dev.difftop.assembly.Choice;
import dev.difftop.assembly.Configurations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Chooses who solves again for the differences of a gradient audit. */
final class Auditor {
  private static final String SECTION = "solver.";
  private static final double TOLERANCE = 1e-11;

  private Auditor() {}

  /**
   * The solver of a configuration, with a tolerance that differences of its solves need.
   *
   * @param overrides {@code key=value} of the configuration
   * @param kept those of them that stay as they are, even if they make differences noisy
   */
  static Choice<Solver> choose(
      Configurations configurations, Path file, List<String> overrides, List<String> kept) {
    Choice<Solver> solver =
        configurations.read(TrainConfig.class, file, overrides).value().solver();
    List<String> given =
        kept.stream()
            .filter(s -> s.startsWith(SECTION))
            .map(s -> s.substring(SECTION.length()))
            .toList();
    List<String> all = new ArrayList<>(overrides);
    if (solver.document().containsKey("attempts")) {
      // Differences are of one minimum; another attempt may find another.
      all.add(SECTION + "attempts=1");
    }
    TightSolver.settings(solver, given, TOLERANCE, TOLERANCE).forEach(s -> all.add(SECTION + s));
    return configurations.read(TrainConfig.class, file, all).value().solver();
  }
}

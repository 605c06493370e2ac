package dev.difftop.learning.model;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A solver with the settings that finite differences of its solutions need: a tolerance near
 * rounding, as many iterations as that takes, one start.
 */
public final class TightSolver {
  /** Largest derivative of the cost at which a sample counts as converged. */
  public static final double TOLERANCE = 1e-11;

  private static final String MOST_ITERATIONS = "10000";

  private TightSolver() {}

  /**
   * The choice with tight settings, for every key of that kind that it has, those of a solver
   * inside it too.
   *
   * @param kept keys that stay as they are
   * @param tolerance largest derivative of the cost at which a sample counts as converged
   * @param violation largest violation of a constraint
   */
  public static Chosen<Solver> of(
      Chosen<Solver> choice, List<String> kept, double tolerance, double violation) {
    List<String> overrides = new ArrayList<>();
    SolverSections.each(
        choice.document(),
        (prefix, section) -> collect(prefix, section, tolerance, violation, overrides));
    overrides.removeIf(override -> kept.contains(override.substring(0, override.indexOf('='))));
    return choice.with(overrides);
  }

  /** The choice with settings that differences of unconstrained problems need. */
  public static Chosen<Solver> of(Chosen<Solver> choice) {
    return of(choice, List.of(), TOLERANCE, TOLERANCE);
  }

  private static void collect(
      String prefix,
      Map<?, ?> section,
      double tolerance,
      double violation,
      List<String> overrides) {
    if (section.containsKey("tolerance")) {
      overrides.add(prefix + "tolerance=" + tolerance);
      if (section.containsKey("max-iterations")) {
        overrides.add(prefix + "max-iterations=" + MOST_ITERATIONS);
      }
    }
    if (section.containsKey("relative-tolerance")) {
      overrides.add(prefix + "relative-tolerance=0");
    }
    if (section.containsKey("violation")) {
      overrides.add(prefix + "violation=" + violation);
    }
    // Differences are of one minimum; another start may find another one.
    if (section.containsKey("random-restarts")) {
      overrides.add(prefix + "random-restarts=0");
    }
  }
}

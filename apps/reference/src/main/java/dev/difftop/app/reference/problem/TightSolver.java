package dev.difftop.app.reference.problem;

import dev.difftop.api.Solver;
import dev.difftop.assembly.Choice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings with which a solver solves as exactly as it can: what reference figures and differences
 * of solves need. Those of a solver around another, such as {@code hybrid}, reach the inner one.
 */
public final class TightSolver {
  private static final String MOST_ITERATIONS = "500";

  private TightSolver() {}

  /**
   * Overrides {@code key=value}, relative to the solver's own section, for every key of its kind
   * that the solver has.
   *
   * @param given the user's own overrides, likewise; what they name stays as it is
   * @param tolerance largest slope at which a sample has converged
   * @param violation largest violation of a limit that is kept
   */
  public static List<String> settings(
      Choice<Solver> solver, List<String> given, double tolerance, double violation) {
    Map<String, String> tight = new LinkedHashMap<>();
    collect("", solver.document(), tolerance, violation, tight);
    return without(given, tight);
  }

  private static List<String> without(List<String> given, Map<String, String> tight) {
    List<String> out = new ArrayList<>();
    tight.forEach(
        (key, value) -> {
          if (given.stream().noneMatch(s -> s.startsWith(key + "="))) {
            out.add(key + "=" + value);
          }
        });
    return out;
  }

  private static void collect(
      String place,
      Map<?, ?> section,
      double tolerance,
      double violation,
      Map<String, String> into) {
    if (section.containsKey("tolerance")) {
      into.put(place + "tolerance", Double.toString(tolerance));
    }
    if (section.containsKey("tolerance") && section.containsKey("max-iterations")) {
      into.put(place + "max-iterations", MOST_ITERATIONS);
    }
    if (section.containsKey("violation")) {
      into.put(place + "violation", Double.toString(violation));
    }
    section.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner && inner.containsKey("plugin")) {
            collect(place + key + ".", inner, tolerance, violation, into);
          }
        });
  }
}

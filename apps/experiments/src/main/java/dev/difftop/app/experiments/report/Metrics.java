package dev.difftop.app.experiments.report;

import dev.difftop.api.config.Nearest;
import java.util.List;
import java.util.Map;

/** Scores of runs that a report can be about. */
final class Metrics {
  /** Name to the key of {@code evaluation.json}. */
  static final Map<String, String> KEYS =
      Map.of("return", "mean", "success-any", "success_any", "success-last", "success_last");

  private static final List<String> NAMES = List.of("return", "success-any", "success-last");

  private Metrics() {}

  static String require(String metric) {
    if (!KEYS.containsKey(metric)) {
      throw new IllegalArgumentException(
          "--metric: found %s, expected one of %s%s"
              .formatted(metric, NAMES, Nearest.hint(metric, NAMES)));
    }
    return metric;
  }

  /** What a table says that its figures are. */
  static String describe(String metric) {
    return switch (metric) {
      case "success-any" -> "share of episodes that met the goal at some step";
      case "success-last" -> "share of episodes that met the goal at the last step";
      default -> "return of an episode, mean over the last evaluation";
    };
  }
}

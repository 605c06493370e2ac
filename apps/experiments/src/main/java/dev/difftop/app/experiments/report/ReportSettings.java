package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.Bootstrap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a report says, and how.
 *
 * @param metric {@code return}, {@code success-any} or {@code success-last}
 * @param baseline label of the cell that the others are compared with; empty for the first one
 * @param target score that is considered optimal, for the optimality gap; empty for none
 * @param bootstrap of the intervals
 * @param published marks beside the learning curves
 * @param command that makes the report, for the report
 */
public record ReportSettings(
    String metric,
    Optional<String> baseline,
    OptionalDouble target,
    Bootstrap bootstrap,
    List<Published> published,
    String command) {
  /**
   * Checks the metric; a share has the target 1.
   *
   * @throws IllegalArgumentException if there is no such metric, or the target is not finite
   */
  public ReportSettings {
    Metrics.require(metric);
    if (target.isEmpty() && !metric.equals("return")) {
      target = OptionalDouble.of(1);
    }
    if (target.isPresent() && !Double.isFinite(target.getAsDouble())) {
      throw new IllegalArgumentException("--target: expected a finite score");
    }
    published = List.copyOf(published);
  }

  /** Without published marks. */
  public ReportSettings(
      String metric,
      Optional<String> baseline,
      OptionalDouble target,
      Bootstrap bootstrap,
      String command) {
    this(metric, baseline, target, bootstrap, List.of(), command);
  }
}

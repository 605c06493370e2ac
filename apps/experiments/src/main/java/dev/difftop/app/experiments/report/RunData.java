package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.LearningCurve;
import dev.difftop.app.experiments.sweep.RunStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A run as a report sees it.
 *
 * @param name of the run
 * @param folder where it lies
 * @param label of its cell
 * @param changes that make its cell, key to value
 * @param seed of the run
 * @param status what became of it
 * @param reason of its failure; empty without one
 * @param hash of the resolved configuration
 * @param code versions of difftop, Java and the plugins of the run
 * @param scores of the last evaluation by metric; empty before one
 * @param curve of the return over evaluations; empty with fewer than two
 * @param curveUnit of its positions
 * @param loss over updates, where there is one
 * @param processorSeconds of all phases
 * @param seconds of the wall clock
 */
public record RunData(
    String name,
    Path folder,
    String label,
    Map<String, String> changes,
    long seed,
    RunStatus status,
    String reason,
    String hash,
    List<String> code,
    Map<String, Double> scores,
    Optional<LearningCurve> curve,
    String curveUnit,
    Optional<LearningCurve> loss,
    double processorSeconds,
    double seconds) {

  /** The same run in a cell. */
  RunData in(String cell, Map<String, String> changed) {
    return new RunData(
        name,
        folder,
        cell,
        changed,
        seed,
        status,
        reason,
        hash,
        code,
        scores,
        curve,
        curveUnit,
        loss,
        processorSeconds,
        seconds);
  }

  /** The same run without what it measured. */
  RunData uncounted(String why) {
    return new RunData(
        name,
        folder,
        label,
        changes,
        seed,
        status,
        why,
        hash,
        code,
        Map.of(),
        Optional.empty(),
        curveUnit,
        Optional.empty(),
        processorSeconds,
        seconds);
  }

  /** The score by a metric; empty if the run did not finish or has no such score. */
  OptionalDouble score(String metric) {
    Double score = scores.get(metric);
    return status == RunStatus.FINISHED && score != null && Double.isFinite(score)
        ? OptionalDouble.of(score)
        : OptionalDouble.empty();
  }
}

package dev.difftop.app.experiments.report;

import dev.difftop.api.config.Nearest;
import dev.difftop.app.experiments.statistics.Bootstrap;
import dev.difftop.app.experiments.statistics.Holm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An experiment in figures: one cell a row.
 *
 * @param experiment the runs
 * @param settings of the report
 * @param baseline label of the cell that the others are compared with
 * @param cells in the order of the experiment
 * @param adjusted p-values by label, adjusted over all comparisons
 */
record Summary(
    Experiment experiment,
    ReportSettings settings,
    String baseline,
    List<Cell> cells,
    Map<String, Double> adjusted) {

  /**
   * Computes it.
   *
   * @throws IllegalArgumentException if there is no such baseline
   */
  static Summary of(Experiment experiment, ReportSettings settings) {
    List<String> labels = List.copyOf(experiment.cells().keySet());
    String base = settings.baseline().orElse(labels.get(0));
    if (!labels.contains(base)) {
      throw new IllegalArgumentException(
          "--baseline: found no cell \"%s\"; there are %s%s"
              .formatted(base, labels, Nearest.hint(base, labels)));
    }
    SortedMap<Long, Double> scores = Cell.scores(experiment.cells().get(base), settings.metric());
    List<Cell> cells = new ArrayList<>();
    experiment
        .cells()
        .forEach(
            (label, runs) ->
                cells.add(
                    Cell.of(
                        label,
                        runs,
                        settings,
                        label.equals(base) ? Optional.empty() : Optional.of(scores),
                        experiment.paired())));
    return new Summary(experiment, settings, base, cells, adjusted(cells));
  }

  String metric() {
    return settings.metric();
  }

  Bootstrap bootstrap() {
    return settings.bootstrap();
  }

  private static Map<String, Double> adjusted(List<Cell> cells) {
    List<Cell> compared =
        cells.stream()
            .filter(c -> c.difference().flatMap(Cell.Difference::probability).isPresent())
            .toList();
    double[] p =
        Holm.adjust(
            compared.stream()
                .mapToDouble(c -> c.difference().orElseThrow().probability().orElseThrow())
                .toArray());
    Map<String, Double> out = new TreeMap<>();
    for (int i = 0; i < p.length; i++) {
      out.put(compared.get(i).label(), p[i]);
    }
    return out;
  }

  /** The smallest adjusted p-value that the largest number of pairs allows; 1 without a test. */
  double smallestProbability() {
    int pairs =
        cells.stream()
            .filter(cell -> adjusted.containsKey(cell.label()))
            .mapToInt(cell -> cell.difference().orElseThrow().pairs())
            .max()
            .orElse(0);
    return Math.min(1, adjusted.size() * Math.pow(2, 1 - pairs));
  }

  /** What may be said of a difference, in words. */
  String verdict(Cell cell) {
    if (cell.label().equals(baseline)) {
      return "baseline";
    }
    if (cell.difference().isEmpty()) {
      return "not compared";
    }
    if (cell.difference().get().underpowered()) {
      return "underpowered";
    }
    Double p = adjusted.get(cell.label());
    return p == null ? "not tested" : "p = " + Text.figure(p);
  }
}

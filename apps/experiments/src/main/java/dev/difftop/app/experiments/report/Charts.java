package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.Aggregate;
import dev.difftop.app.experiments.statistics.Bootstrap;
import dev.difftop.app.experiments.statistics.Interval;
import dev.difftop.app.experiments.statistics.LearningCurve;
import dev.difftop.app.experiments.statistics.PerformanceProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The charts of a report. */
final class Charts {
  private static final int MOST_POSITIONS = 120;
  private static final int THRESHOLDS = 60;
  private static final int DRAWS = 1000;

  private final Summary summary;
  private final Bootstrap bootstrap;

  Charts(Summary summary) {
    this.summary = summary;
    // Bands are drawn, not read to four digits.
    this.bootstrap =
        new Bootstrap(
            summary.bootstrap().seed(),
            Math.min(DRAWS, summary.bootstrap().draws()),
            summary.bootstrap().confidence());
  }

  /** Those for which there is data. */
  List<Chart> all() {
    List<Chart> charts = new ArrayList<>();
    charts.add(marked(curves("Return while learning", unit(), "return", RunData::curve)));
    charts.add(curves("Training loss", "position in the budget", "loss", RunData::loss));
    charts.add(profile());
    charts.add(compute());
    charts.removeIf(Chart::isEmpty);
    return charts;
  }

  /** With what others have published, where there are curves to compare it with. */
  private Chart marked(Chart chart) {
    List<Published> published = summary.settings().published();
    for (int i = 0; i < published.size() && !chart.isEmpty(); i++) {
      Published one = published.get(i);
      chart.add(
          new Series(
              summary.cells().size() + i,
              one.name() + ", as published",
              one.positions().stream().mapToDouble(x -> x).toArray(),
              one.values().stream().mapToDouble(y -> y).toArray(),
              Optional.empty(),
              false));
    }
    return chart;
  }

  private String unit() {
    return summary.experiment().runs().stream()
        .filter(run -> run.curve().isPresent())
        .map(RunData::curveUnit)
        .findFirst()
        .orElse("position");
  }

  /**
   * Means over seeds; where there are several, with bootstrap bands and every seed as a thin line.
   */
  private Chart curves(
      String title, String x, String y, Function<RunData, Optional<LearningCurve>> of) {
    Chart chart = new Chart(title, x, y);
    for (int i = 0; i < summary.cells().size(); i++) {
      Cell cell = summary.cells().get(i);
      List<LearningCurve> curves =
          cell.runs().stream().flatMap(run -> of.apply(run).stream()).toList();
      double[] positions = thinned(LearningCurve.commonPositions(curves));
      if (positions.length > 1) {
        chart.add(series(i, cell.label(), positions, curves));
      }
    }
    return chart;
  }

  private static double[] thinned(double[] positions) {
    if (positions.length <= MOST_POSITIONS) {
      return positions;
    }
    double[] kept = new double[MOST_POSITIONS];
    for (int i = 0; i < MOST_POSITIONS; i++) {
      kept[i] = positions[(int) ((long) i * (positions.length - 1) / (MOST_POSITIONS - 1))];
    }
    return kept;
  }

  private Series series(int index, String label, double[] positions, List<LearningCurve> curves) {
    double[] means = new double[positions.length];
    Interval[] band = new Interval[positions.length];
    for (int i = 0; i < positions.length; i++) {
      double x = positions[i];
      double[][] values = {curves.stream().mapToDouble(curve -> curve.at(x)).toArray()};
      means[i] = Aggregate.MEAN.of(values);
      if (curves.size() > 1) {
        // One name for all positions: the same seeds are drawn along the curve.
        band[i] = bootstrap.interval("curve/" + label, values, Aggregate.MEAN::of);
      }
    }
    return new Series(
        index,
        label,
        positions,
        means,
        curves.size() > 1 ? Optional.of(band) : Optional.empty(),
        true,
        curves.size() > 1 ? curves.stream().map(Charts::member).toList() : List.of());
  }

  /** A whole run, also where others are shorter. */
  private static double[][] member(LearningCurve curve) {
    double[] positions = thinned(curve.positions());
    return new double[][] {positions, Arrays.stream(positions).map(curve::at).toArray()};
  }

  private Chart profile() {
    Chart chart =
        new Chart("Performance profile", summary.metric() + " τ", "share of runs above τ");
    double[] all =
        summary.cells().stream()
            .flatMapToDouble(c -> c.scores().values().stream().mapToDouble(s -> s))
            .toArray();
    if (all.length < 2) {
      return chart;
    }
    double low = Arrays.stream(all).min().orElseThrow();
    double high = Arrays.stream(all).max().orElseThrow();
    double room = Math.max(0.05 * (high - low), 1e-9);
    double[] thresholds = new double[THRESHOLDS];
    for (int i = 0; i < THRESHOLDS; i++) {
      thresholds[i] = low - room + i * (high - low + 2 * room) / (THRESHOLDS - 1);
    }
    for (int i = 0; i < summary.cells().size(); i++) {
      Cell cell = summary.cells().get(i);
      if (!cell.scores().isEmpty()) {
        double[][] scores = {cell.scores().values().stream().mapToDouble(s -> s).toArray()};
        chart.add(
            new Series(
                i,
                cell.label(),
                thresholds,
                PerformanceProfile.of(scores, thresholds),
                Optional.empty(),
                true));
      }
    }
    return chart;
  }

  private Chart compute() {
    Chart chart = new Chart("Score against processor time", "processor seconds", summary.metric());
    for (int i = 0; i < summary.cells().size(); i++) {
      Cell cell = summary.cells().get(i);
      List<RunData> measured =
          cell.runs().stream()
              .filter(run -> run.score(summary.metric()).isPresent())
              .filter(run -> Double.isFinite(run.processorSeconds()))
              .toList();
      if (!measured.isEmpty()) {
        chart.add(
            new Series(
                i,
                cell.label(),
                measured.stream().mapToDouble(RunData::processorSeconds).toArray(),
                measured.stream()
                    .mapToDouble(run -> run.score(summary.metric()).orElseThrow())
                    .toArray(),
                Optional.empty(),
                false));
      }
    }
    return chart;
  }
}

package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.Aggregate;
import dev.difftop.app.experiments.statistics.Bootstrap;
import dev.difftop.app.experiments.statistics.Estimate;
import dev.difftop.app.experiments.statistics.Improvement;
import dev.difftop.app.experiments.statistics.Interval;
import dev.difftop.app.experiments.statistics.LearningCurve;
import dev.difftop.app.experiments.statistics.PairedDifference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Statistics of a cell.
 *
 * @param label of the cell
 * @param changes that make it
 * @param runs all of them, unfinished ones included
 * @param scores by seed, of the finished ones
 * @param mean of the scores; NaN without one
 * @param median of the scores; NaN without one
 * @param gap optimality gap, where there is a target
 * @param iqm interquartile mean with its interval; empty without a score
 * @param difference from the baseline; empty for the baseline, and without scores on both sides
 * @param improvement probability of improvement on the baseline; empty where difference is
 * @param area mean height of the learning curves over their common range; empty without curves
 * @param processorSeconds mean over finished runs; NaN without one
 */
record Cell(
    String label,
    Map<String, String> changes,
    List<RunData> runs,
    SortedMap<Long, Double> scores,
    double mean,
    double median,
    OptionalDouble gap,
    Optional<Estimate> iqm,
    Optional<Difference> difference,
    Optional<Estimate> improvement,
    OptionalDouble area,
    double processorSeconds) {

  /**
   * Difference of means from the baseline.
   *
   * @param value of the means
   * @param interval of the bootstrap
   * @param pairs of equal seeds; 0 where groups are compared as independent samples
   * @param runs pairs, or runs of the smaller group
   * @param probability p-value of the signed rank test before adjustment; empty below five pairs
   * @param underpowered whether there are too few runs for a claim
   */
  record Difference(
      double value,
      Interval interval,
      int pairs,
      int runs,
      Optional<Double> probability,
      boolean underpowered) {}

  static Cell of(
      String label,
      List<RunData> runs,
      ReportSettings settings,
      Optional<SortedMap<Long, Double>> baseline,
      boolean paired) {
    String metric = settings.metric();
    Bootstrap bootstrap = settings.bootstrap();
    SortedMap<Long, Double> scores = scores(runs, metric);
    double[] values = values(scores);
    Optional<Estimate> iqm =
        values.length == 0
            ? Optional.empty()
            : Optional.of(
                bootstrap.estimate("iqm/" + label, new double[][] {values}, Aggregate.IQM));
    return new Cell(
        label,
        runs.get(0).changes(),
        runs,
        scores,
        of(Aggregate.MEAN, values).orElse(Double.NaN),
        of(Aggregate.MEDIAN_OF_RUNS, values).orElse(Double.NaN),
        settings.target().isPresent()
            ? of(Aggregate.optimalityGap(settings.target().getAsDouble()), values)
            : OptionalDouble.empty(),
        iqm,
        baseline.flatMap(base -> difference(label, scores, base, paired, bootstrap)),
        baseline.flatMap(base -> improvement(label, values, values(base), bootstrap)),
        area(runs),
        runs.stream()
            .filter(run -> run.score(metric).isPresent())
            .mapToDouble(RunData::processorSeconds)
            .average()
            .orElse(Double.NaN));
  }

  static SortedMap<Long, Double> scores(List<RunData> runs, String metric) {
    SortedMap<Long, Double> scores = new TreeMap<>();
    runs.forEach(run -> run.score(metric).ifPresent(score -> scores.put(run.seed(), score)));
    return scores;
  }

  private static double[] values(Map<Long, Double> scores) {
    return scores.values().stream().mapToDouble(s -> s).toArray();
  }

  private static OptionalDouble of(Aggregate statistic, double[] values) {
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(statistic.of(new double[][] {values}));
  }

  /** Seeds do not pair here: a run of one group is compared with every run of the other. */
  private static Optional<Estimate> improvement(
      String label, double[] values, double[] baseline, Bootstrap bootstrap) {
    if (values.length == 0 || baseline.length == 0) {
      return Optional.empty();
    }
    double[][] x = {values};
    double[][] y = {baseline};
    Interval interval = bootstrap.interval("improvement/" + label, x, y, Improvement::probability);
    return Optional.of(
        new Estimate(
            Improvement.probability(x, y), interval, Math.min(values.length, baseline.length)));
  }

  private static Optional<Difference> difference(
      String label,
      Map<Long, Double> scores,
      Map<Long, Double> baseline,
      boolean paired,
      Bootstrap bootstrap) {
    String name = "difference/" + label;
    if (paired) {
      PairedDifference d = PairedDifference.of(bootstrap, name, scores, baseline);
      return d.interval()
          .map(
              interval ->
                  new Difference(
                      d.mean(),
                      interval,
                      d.differences().size(),
                      d.differences().size(),
                      d.probability(),
                      d.underpowered()));
    }
    if (scores.isEmpty() || baseline.isEmpty()) {
      return Optional.empty();
    }
    double[][] x = {values(scores)};
    double[][] y = {values(baseline)};
    Interval interval =
        bootstrap.interval(name, x, y, (a, b) -> Aggregate.MEAN.of(a) - Aggregate.MEAN.of(b));
    int runs = Math.min(x[0].length, y[0].length);
    return Optional.of(
        new Difference(
            Aggregate.MEAN.of(x) - Aggregate.MEAN.of(y),
            interval,
            0,
            runs,
            Optional.empty(),
            runs < Estimate.FEWEST_RUNS));
  }

  private static OptionalDouble area(List<RunData> runs) {
    List<LearningCurve> curves = runs.stream().flatMap(run -> run.curve().stream()).toList();
    double[] common = LearningCurve.commonPositions(curves);
    return common.length < 2
        ? OptionalDouble.empty()
        : curves.stream()
            .mapToDouble(curve -> curve.meanHeight(common[0], common[common.length - 1]))
            .average();
  }

  /** Runs without a score. */
  int missing() {
    return runs.size() - scores.size();
  }
}

package dev.difftop.app.experiments.statistics;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Difference of two groups of runs, paired by seed: what the seeds have in common, such as the
 * initial parameters and the first states, cancels.
 *
 * @param differences by seed, of the seeds that both groups have
 * @param mean of the differences; NaN without a pair
 * @param interval bootstrap interval of the mean; empty without a pair
 * @param probability p-value of the signed rank test; empty where there are too few pairs for it
 * @param unpaired seeds that only one of the groups has
 */
public record PairedDifference(
    SortedMap<Long, Double> differences,
    double mean,
    Optional<Interval> interval,
    Optional<Double> probability,
    int unpaired) {

  /**
   * Compares two groups.
   *
   * @param scores by seed
   * @param baseline by seed
   */
  public static PairedDifference of(
      Bootstrap bootstrap, String name, Map<Long, Double> scores, Map<Long, Double> baseline) {
    SortedMap<Long, Double> differences = new TreeMap<>();
    scores.forEach(
        (seed, score) -> {
          if (baseline.containsKey(seed)) {
            differences.put(seed, score - baseline.get(seed));
          }
        });
    int unpaired = scores.size() + baseline.size() - 2 * differences.size();
    if (differences.isEmpty()) {
      return new PairedDifference(
          differences, Double.NaN, Optional.empty(), Optional.empty(), unpaired);
    }
    double[] values = differences.values().stream().mapToDouble(d -> d).toArray();
    Interval interval =
        bootstrap.interval(name, new double[][] {values}, drawn -> Scores.mean(drawn[0]));
    Optional<Double> probability =
        values.length < Estimate.FEWEST_RUNS
            ? Optional.empty()
            : Optional.of(Wilcoxon.of(values).probability());
    return new PairedDifference(
        differences, Scores.mean(values), Optional.of(interval), probability, unpaired);
  }

  /** Whether there are too few pairs for a claim of significance. */
  public boolean underpowered() {
    return differences.size() < Estimate.FEWEST_RUNS;
  }

  /** The differences alone, in the order of the seeds. */
  public double[] values() {
    return differences.values().stream().mapToDouble(d -> d).toArray();
  }
}

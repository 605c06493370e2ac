package dev.difftop.app.experiments.statistics;

import java.util.Arrays;

/** A statistic that summarises the scores of all tasks and runs as one number. */
@FunctionalInterface
public interface Aggregate {
  /** Mean over tasks of the mean over runs. */
  Aggregate MEAN = scores -> Scores.mean(taskMeans(scores));

  /** Median over tasks of the mean over runs. */
  Aggregate MEDIAN = scores -> Scores.median(taskMeans(scores));

  /** Median of all scores of all tasks. */
  Aggregate MEDIAN_OF_RUNS = scores -> Scores.median(Scores.flat(scores));

  /**
   * Interquartile mean: of all scores of all tasks, a quarter (rounded down) is left out at each
   * end; the mean of the rest. Less sensitive to outliers than the mean, of less variance than the
   * median.
   */
  Aggregate IQM = scores -> interquartileMean(Scores.flat(scores));

  /**
   * The statistic.
   *
   * @param scores {@code [task][run]}, every task with at least one run
   */
  double of(double[][] scores);

  /**
   * Optimality gap: by how much scores fall short of a target on average; scores above it count as
   * the target.
   *
   * @param target the score that is considered optimal
   */
  static Aggregate optimalityGap(double target) {
    return scores -> {
      double[][] capped =
          Arrays.stream(scores)
              .map(runs -> Arrays.stream(runs).map(x -> Math.min(x, target)).toArray())
              .toArray(double[][]::new);
      return target - Scores.mean(taskMeans(capped));
    };
  }

  private static double[] taskMeans(double[][] scores) {
    return Arrays.stream(scores).mapToDouble(Scores::mean).toArray();
  }

  private static double interquartileMean(double[] scores) {
    double[] sorted = Scores.sorted(scores);
    int dropped = sorted.length / 4;
    return Scores.mean(Arrays.copyOfRange(sorted, dropped, sorted.length - dropped));
  }
}

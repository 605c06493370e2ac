package dev.difftop.app.experiments.statistics;

import java.util.Arrays;

/** Checks and conversions of scores, indexed {@code [task][run]}. */
final class Scores {
  private Scores() {}

  /**
   * Refuses scores that no statistic is defined for.
   *
   * @throws IllegalArgumentException without a task or a run, or if a score is not finite
   */
  static void require(double[][] scores) {
    if (scores.length == 0) {
      throw new IllegalArgumentException("scores: found no task, expected at least one");
    }
    for (int task = 0; task < scores.length; task++) {
      requireRuns(scores[task], "scores[" + task + "]");
    }
  }

  static void requireRuns(double[] runs, String name) {
    if (runs.length == 0) {
      throw new IllegalArgumentException(name + ": found no run, expected at least one");
    }
    for (int run = 0; run < runs.length; run++) {
      if (!Double.isFinite(runs[run])) {
        throw new IllegalArgumentException(
            "%s[%d]: found %s, expected a finite number; leave out runs that failed, and state how many"
                .formatted(name, run, runs[run]));
      }
    }
  }

  static double[] sorted(double[] values) {
    double[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  static double[] flat(double[][] scores) {
    return Arrays.stream(scores).flatMapToDouble(Arrays::stream).toArray();
  }

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  static double median(double[] values) {
    return Quantiles.of(sorted(values), 0.5);
  }
}

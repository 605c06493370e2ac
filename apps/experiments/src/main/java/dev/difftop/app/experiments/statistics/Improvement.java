package dev.difftop.app.experiments.statistics;

/**
 * Probability of improvement: that a run of one algorithm scores higher than a run of another on a
 * task drawn at random; a tie counts half. The Mann–Whitney statistic over the number of pairs,
 * averaged over tasks.
 */
public final class Improvement {
  private Improvement() {}

  /**
   * The probability that {@code x} improves on {@code y}.
   *
   * @param x scores {@code [task][run]}
   * @param y scores of the same tasks; the numbers of runs may differ
   * @throws IllegalArgumentException if the numbers of tasks differ
   */
  public static double probability(double[][] x, double[][] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "found %d and %d tasks, expected the same tasks".formatted(x.length, y.length));
    }
    double sum = 0;
    for (int task = 0; task < x.length; task++) {
      sum += ofTask(x[task], y[task]);
    }
    return sum / x.length;
  }

  private static double ofTask(double[] x, double[] y) {
    double wins = 0;
    for (double a : x) {
      for (double b : y) {
        wins += a > b ? 1 : a == b ? 0.5 : 0;
      }
    }
    return wins / ((double) x.length * y.length);
  }
}

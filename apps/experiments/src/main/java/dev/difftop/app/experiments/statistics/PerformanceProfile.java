package dev.difftop.app.experiments.statistics;

/** Performance profile: the share of runs that score strictly above a threshold. */
public final class PerformanceProfile {
  private PerformanceProfile() {}

  /**
   * The profile.
   *
   * @param scores {@code [task][run]}; every task has the same weight
   * @param thresholds where it is evaluated
   * @return one share per threshold
   */
  public static double[] of(double[][] scores, double[] thresholds) {
    Scores.require(scores);
    double[] shares = new double[thresholds.length];
    for (int i = 0; i < thresholds.length; i++) {
      shares[i] = share(scores, thresholds[i]);
    }
    return shares;
  }

  /** The interval at every threshold; pointwise, not simultaneous. */
  public static Interval[] intervals(
      Bootstrap bootstrap, String name, double[][] scores, double[] thresholds) {
    Interval[] out = new Interval[thresholds.length];
    for (int i = 0; i < thresholds.length; i++) {
      double threshold = thresholds[i];
      // The same draws at every threshold, so that the band is monotone as the profile is.
      out[i] = bootstrap.interval(name, scores, drawn -> share(drawn, threshold));
    }
    return out;
  }

  private static double share(double[][] scores, double threshold) {
    double sum = 0;
    for (double[] runs : scores) {
      int above = 0;
      for (double score : runs) {
        above += score > threshold ? 1 : 0;
      }
      sum += (double) above / runs.length;
    }
    return sum / scores.length;
  }
}

package dev.difftop.app.experiments.statistics;

/** Quantiles by linear interpolation between order statistics (Hyndman and Fan, type 7). */
final class Quantiles {
  private Quantiles() {}

  /**
   * A quantile.
   *
   * @param sorted in ascending order, at least one
   * @param share 0 for the smallest, 1 for the largest
   */
  static double of(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}

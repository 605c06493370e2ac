package dev.difftop.app.experiments.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's step-down adjustment of p-values for several comparisons: controls the probability of any
 * false claim. Holm, "A simple sequentially rejective multiple test procedure", 1979.
 */
public final class Holm {
  private Holm() {}

  /**
   * Adjusted p-values.
   *
   * @param probabilities p-values, each in [0, 1]
   * @return in the same order
   */
  public static double[] adjust(double... probabilities) {
    int n = probabilities.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> probabilities[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] adjusted = new double[n];
    double largest = 0;
    for (int rank = 0; rank < n; rank++) {
      double p = probabilities[order[rank]];
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("found the p-value " + p + ", expected 0 to 1");
      }
      largest = Math.max(largest, Math.min(1, (n - rank) * p));
      adjusted[order[rank]] = largest;
    }
    return adjusted;
  }
}

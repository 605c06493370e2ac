package dev.difftop.learner.modelbased.experience;

import java.util.Arrays;

/**
 * Realised discounted returns of one episode. An episode that ran out of time is continued with the
 * mean reward of its last tenth; only the first half of it is compared, where this counts little.
 */
public final class PlannedReturn {
  private static final int TAIL = 10;

  private PlannedReturn() {}

  /**
   * The realised return from every step on.
   *
   * @param terminated whether nothing follows the last step
   */
  public static double[] realized(double[] rewards, double discount, boolean terminated) {
    int n = rewards.length;
    int tail = Math.max(1, n / TAIL);
    double mean = Arrays.stream(rewards, n - tail, n).average().orElse(0);
    double after = terminated || discount == 1 ? 0 : mean / (1 - discount);
    double[] out = new double[n];
    for (int t = n - 1; t >= 0; t--) {
      after = rewards[t] + discount * after;
      out[t] = after;
    }
    return out;
  }

  /** Mean of the first half. */
  public static double firstHalf(double[] values) {
    return Arrays.stream(values, 0, Math.max(1, values.length / 2)).average().orElse(Double.NaN);
  }
}

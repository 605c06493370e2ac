package dev.difftop.solver.sampling;

import dev.difftop.optimization.Boxes;
import java.util.Arrays;
import java.util.Comparator;

/** The Gaussian that one problem's actions are drawn from, and the best of them so far. */
final class Proposal {
  private final SamplingSettings settings;
  private final int n;
  private final double[] mean;
  private final double[] std;
  private final double[] scale;
  private final double[] low;
  private final double[] high;
  private final double[] best;
  private final double[] followed;
  private final Integer[] order;
  private final double[] weights;
  private double bestCost;

  Proposal(SamplingSettings settings, int n, int followers) {
    this.followed = new double[followers * n];
    this.settings = settings;
    this.n = n;
    this.mean = new double[n];
    this.std = new double[n];
    this.scale = new double[n];
    this.low = new double[n];
    this.high = new double[n];
    this.best = new double[n];
    this.order = new Integer[settings.samples()];
    this.weights = new double[settings.elites()];
  }

  /** Starts anew around this problem's part of the guess. */
  void begin(double[] start, double[] allLow, double[] allHigh, int from) {
    System.arraycopy(start, from, mean, 0, n);
    System.arraycopy(start, from, best, 0, n);
    System.arraycopy(allLow, from, low, 0, n);
    System.arraycopy(allHigh, from, high, 0, n);
    bestCost = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      double width = high[i] - low[i];
      scale[i] = Double.isInfinite(width) ? 1 : 0.5 * width;
      std[i] = settings.initialStd() * scale[i];
    }
  }

  /**
   * Moves to the best samples. Those whose cost is not finite are left out.
   *
   * @param actions shape (N, n)
   * @param costs shape (N)
   */
  void update(double[] actions, double[] costs) {
    Arrays.setAll(order, i -> i);
    // NaN sorts behind everything; equal costs keep their order.
    Arrays.sort(order, Comparator.comparingDouble(i -> finiteOr(costs[i])));
    int count = 0;
    while (count < weights.length && Double.isFinite(costs[order[count]])) {
      count++;
    }
    if (count == 0) {
      return;
    }
    double top = costs[order[0]];
    if (top < bestCost) {
      bestCost = top;
      System.arraycopy(actions, order[0] * n, best, 0, n);
    }
    weigh(costs, top, count);
    fit(actions, count);
  }

  private static double finiteOr(double cost) {
    return Double.isFinite(cost) ? cost : Double.NaN;
  }

  private void weigh(double[] costs, double top, int count) {
    double sum = 0;
    for (int e = 0; e < count; e++) {
      weights[e] = Math.exp(-settings.temperature() * (costs[order[e]] - top));
      sum += weights[e];
    }
    for (int e = 0; e < count; e++) {
      weights[e] /= sum;
    }
  }

  private void fit(double[] actions, int count) {
    double largest = settings.initialStd();
    double smallest = settings.minStd();
    for (int i = 0; i < n; i++) {
      double centre = 0;
      for (int e = 0; e < count; e++) {
        centre += weights[e] * actions[order[e] * n + i];
      }
      double variance = 0;
      for (int e = 0; e < count; e++) {
        double d = actions[order[e] * n + i] - centre;
        variance += weights[e] * d * d;
      }
      double moved = settings.momentum() * mean[i] + (1 - settings.momentum()) * centre;
      mean[i] = Boxes.clamp(moved, low[i], high[i]);
      double spread = Math.min(Math.sqrt(variance), largest * scale[i]);
      std[i] = Math.max(spread, smallest * scale[i]);
    }
  }

  /** Centre of the Gaussian, within the box. */
  double[] mean() {
    return mean;
  }

  /** Its standard deviations. */
  double[] std() {
    return std;
  }

  /** Half the width of the box; 1 where it is open. */
  double[] scale() {
    return scale;
  }

  double[] low() {
    return low;
  }

  double[] high() {
    return high;
  }

  /** Samples that follow the policy, the same in every round. */
  double[] followed() {
    return followed;
  }

  /** The best sample of all rounds; the guess while there is none. */
  double[] best() {
    return best;
  }
}

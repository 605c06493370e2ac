package dev.difftop.solver.sampling;

import dev.difftop.optimization.Boxes;
import java.util.Arrays;
import java.util.Comparator;

/** The Gaussian that one problem's actions are drawn from, and the best of them so far. */
final class ActionGaussian {
  private final SamplingSettings settings;
  private final int n;
  private final double[] mean;
  private final double[] deviation;
  private final double[] scale;
  private final double[] low;
  private final double[] high;
  private final double[] best;
  private final double[] drawn;
  private final double[] policySamples;
  private final Integer[] order;
  private final double[] weights;
  private double minDeviation;
  private double bestCost;

  /**
   * A Gaussian over n components.
   *
   * @param samples trajectories of a round, those of the policy included
   * @param followers how many of them follow the policy
   */
  ActionGaussian(SamplingSettings settings, int n, int samples, int followers) {
    this.settings = settings;
    this.n = n;
    this.mean = new double[n];
    this.deviation = new double[n];
    this.scale = new double[n];
    this.low = new double[n];
    this.high = new double[n];
    this.best = new double[n];
    this.drawn = new double[n];
    this.policySamples = new double[followers * n];
    this.order = new Integer[samples];
    this.weights = new double[settings.elites()];
  }

  /**
   * Starts anew around this problem's part of the guess.
   *
   * @param smallest standard deviation, in halves of the box
   */
  void begin(double[] start, double[] allLow, double[] allHigh, int from, double smallest) {
    for (double[] copy : new double[][] {mean, best, drawn}) {
      System.arraycopy(start, from, copy, 0, n);
    }
    System.arraycopy(allLow, from, low, 0, n);
    System.arraycopy(allHigh, from, high, 0, n);
    minDeviation = smallest;
    bestCost = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      double width = high[i] - low[i];
      scale[i] = Double.isInfinite(width) ? 1 : 0.5 * width;
      deviation[i] = settings.initialStd() * scale[i];
    }
  }

  /**
   * Moves to the best samples. Those whose cost is not finite are left out.
   *
   * @param actions shape (N, n)
   * @param costs shape (N)
   * @param quantile in [0, 1): which elite is drawn, by the sum of the weights up to it
   */
  void update(double[] actions, double[] costs, double quantile) {
    int elites = sortElites(costs);
    if (elites == 0) {
      return;
    }
    double top = costs[order[0]];
    if (top < bestCost) {
      bestCost = top;
      copySample(actions, order[0], best);
    }
    weigh(costs, top, elites);
    copySample(actions, order[drawElite(elites, quantile)], drawn);
    fit(actions, elites);
  }

  /** Orders the samples by cost; returns how many elites there are. */
  private int sortElites(double[] costs) {
    Arrays.setAll(order, i -> i);
    // NaN sorts behind everything; equal costs keep their order.
    Arrays.sort(order, Comparator.comparingDouble(i -> finiteOrNan(costs[i])));
    int count = 0;
    while (count < weights.length && Double.isFinite(costs[order[count]])) {
      count++;
    }
    return count;
  }

  private static double finiteOrNan(double cost) {
    return Double.isFinite(cost) ? cost : Double.NaN;
  }

  private void copySample(double[] actions, int sample, double[] into) {
    System.arraycopy(actions, sample * n, into, 0, n);
  }

  private void weigh(double[] costs, double top, int elites) {
    double sum = 0;
    for (int e = 0; e < elites; e++) {
      weights[e] = Math.exp(-settings.temperature() * (costs[order[e]] - top));
      sum += weights[e];
    }
    for (int e = 0; e < elites; e++) {
      weights[e] /= sum;
    }
  }

  private int drawElite(int elites, double quantile) {
    double sum = 0;
    for (int e = 0; e < elites; e++) {
      sum += weights[e];
      if (quantile < sum) {
        return e;
      }
    }
    return elites - 1;
  }

  private void fit(double[] actions, int elites) {
    double largest = settings.initialStd();
    for (int i = 0; i < n; i++) {
      double centre = 0;
      for (int e = 0; e < elites; e++) {
        centre += weights[e] * actions[order[e] * n + i];
      }
      double variance = 0;
      for (int e = 0; e < elites; e++) {
        double d = actions[order[e] * n + i] - centre;
        variance += weights[e] * d * d;
      }
      double moved = settings.momentum() * mean[i] + (1 - settings.momentum()) * centre;
      mean[i] = Boxes.clamp(moved, low[i], high[i]);
      double spread = Math.min(Math.sqrt(variance), largest * scale[i]);
      deviation[i] = Math.max(spread, minDeviation * scale[i]);
    }
  }

  /** Centre, within the box. */
  double[] mean() {
    return mean;
  }

  /** Standard deviations. */
  double[] deviation() {
    return deviation;
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
  double[] policySamples() {
    return policySamples;
  }

  /** The best sample of all rounds; the guess while there is none. */
  double[] best() {
    return best;
  }

  /** An elite of the last round, drawn by its weight; the guess while there is none. */
  double[] drawn() {
    return drawn;
  }
}

package dev.difftop.api.dataset;

import java.util.Arrays;

/**
 * How far each column of a field moves in one step: a sample of evenly spaced steps, which is
 * thinned when it is full, so that any number of rows takes the same memory.
 */
final class StepSizes {
  private static final int CAPACITY = 4096;
  private static final double USUAL = 0.95;

  private final double[][] sample;
  private final double[] min;
  private final double[] max;
  private final double[] largest;
  private int kept;
  private long seen;
  private long every = 1;

  StepSizes(int width) {
    sample = new double[width][CAPACITY];
    min = new double[width];
    max = new double[width];
    largest = new double[width];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
  }

  /**
   * Adds consecutive rows.
   *
   * @param first whether the first row is new, rather than the last one of the block before
   */
  void add(double[] values, boolean first) {
    int width = sample.length;
    for (int at = first ? 0 : width; at < values.length; at += width) {
      for (int k = 0; k < width; k++) {
        if (Double.isFinite(values[at + k])) {
          min[k] = Math.min(min[k], values[at + k]);
          max[k] = Math.max(max[k], values[at + k]);
        }
      }
      if (at >= width) {
        measure(values, at);
      }
    }
  }

  private void measure(double[] values, int at) {
    int width = sample.length;
    for (int k = 0; k < width; k++) {
      double change = Math.abs(values[at + k] - values[at + k - width]);
      largest[k] = Double.isFinite(change) ? Math.max(largest[k], change) : largest[k];
    }
    if (seen++ % every == 0) {
      keep(values, at);
    }
  }

  /** Whether any step is larger. */
  boolean exceeds(double[] limits) {
    for (int k = 0; k < limits.length; k++) {
      if (largest[k] > limits[k]) {
        return true;
      }
    }
    return false;
  }

  private void keep(double[] values, int at) {
    int width = sample.length;
    for (int k = 0; k < width; k++) {
      double change = Math.abs(values[at + k] - values[at + k - width]);
      sample[k][kept] = Double.isFinite(change) ? change : 0;
    }
    if (++kept == CAPACITY) {
      for (double[] column : sample) {
        for (int i = 0; i < CAPACITY / 2; i++) {
          column[i] = column[2 * i];
        }
      }
      kept = CAPACITY / 2;
      every *= 2;
    }
  }

  /**
   * The largest change of each column that is no jump.
   *
   * @param factor times what all but five percent of the steps reach
   * @param share at least this share of the column's range; infinite for columns that mostly stand
   *     still, such as a gripper that is open or closed
   */
  double[] limits(double factor, double share) {
    double[] limits = new double[sample.length];
    for (int k = 0; k < limits.length; k++) {
      double[] sorted = Arrays.copyOf(sample[k], kept);
      Arrays.sort(sorted);
      double usual = kept == 0 ? 0 : sorted[(int) Math.min(kept - 1L, (long) (USUAL * kept))];
      limits[k] =
          usual > 0
              ? Math.max(factor * usual, share * (max[k] - min[k]))
              : Double.POSITIVE_INFINITY;
    }
    return limits;
  }
}

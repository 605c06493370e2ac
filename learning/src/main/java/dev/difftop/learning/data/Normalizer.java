package dev.difftop.learning.data;

/**
 * An affine map of vectors, {@code normalized = (raw - offset) / scale}, saved with every
 * checkpoint.
 *
 * @param offset shape (n)
 * @param scale shape (n), above 0
 */
public record Normalizer(double[] offset, double[] scale) {
  /** A deviation under this is that of a constant; it is not blown up. */
  private static final double SMALLEST_SCALE = 1e-6;

  /** A range under this is that of a constant. */
  private static final double SMALLEST_RANGE = 1e-4;

  /** Leaves n numbers as they are. */
  public static Normalizer identity(int n) {
    double[] scale = new double[n];
    java.util.Arrays.fill(scale, 1);
    return new Normalizer(new double[n], scale);
  }

  /** To mean 0 and deviation 1, each number for itself, over the rows, shape (count, n). */
  public static Normalizer gaussian(float[] rows, int n) {
    return gaussian(rows, n, n);
  }

  /**
   * To mean 0 and deviation 1, over the rows of {@code rows}, shape (count, n), where every {@code
   * group}-th number of a row is of the same kind, as the red of all pixels is, or the height of
   * all points.
   */
  public static Normalizer gaussian(float[] rows, int n, int group) {
    double count = rows.length / (double) group;
    double[] mean = new double[group];
    double[] deviation = new double[group];
    for (int i = 0; i < rows.length; i++) {
      mean[i % group] += rows[i] / count;
    }
    for (int i = 0; i < rows.length; i++) {
      double d = rows[i] - mean[i % group];
      deviation[i % group] += d * d / count;
    }
    double[] offset = new double[n];
    double[] scale = new double[n];
    for (int j = 0; j < n; j++) {
      double s = Math.sqrt(deviation[j % group]);
      offset[j] = mean[j % group];
      scale[j] = s < SMALLEST_SCALE ? 1 : s;
    }
    return new Normalizer(offset, scale);
  }

  /** To [-1, 1], over the rows of {@code rows}, shape (count, n); a constant becomes 0. */
  public static Normalizer minMax(float[] rows, int n) {
    double[] low = new double[n];
    double[] high = new double[n];
    java.util.Arrays.fill(low, Double.POSITIVE_INFINITY);
    java.util.Arrays.fill(high, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < rows.length; i++) {
      low[i % n] = Math.min(low[i % n], rows[i]);
      high[i % n] = Math.max(high[i % n], rows[i]);
    }
    double[] offset = new double[n];
    double[] scale = new double[n];
    for (int j = 0; j < n; j++) {
      offset[j] = 0.5 * (low[j] + high[j]);
      double half = 0.5 * (high[j] - low[j]);
      scale[j] = 2 * half < SMALLEST_RANGE ? 1 : half;
    }
    return new Normalizer(offset, scale);
  }

  /** Normalises one component. */
  public double normalize(double raw, int component) {
    return (raw - offset[component]) / scale[component];
  }

  /** Normalises rows of n entries, one after the other, in place. */
  public void normalize(float[] rows) {
    int n = offset.length;
    for (int i = 0; i < rows.length; i += n) {
      for (int j = 0; j < n; j++) {
        rows[i + j] = (float) ((rows[i + j] - offset[j]) / scale[j]);
      }
    }
  }

  /** Undoes it. */
  public double restore(double normalized, int component) {
    return normalized * scale[component] + offset[component];
  }
}

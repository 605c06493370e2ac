package dev.difftop.learning.data;

import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.FieldStatistics;
import java.util.Arrays;

/** How an array of a dataset is scaled. */
public enum NormalizerKind {
  /** To mean 0 and standard deviation 1. */
  GAUSSIAN,
  /** The range to [-1, 1]; a constant becomes 0. */
  MIN_MAX,
  /** Not at all. */
  NONE;

  private static final int COORDINATES = 3;
  private static final double WHITE = 255;
  private static final double SMALLEST_SCALE = 1e-6;
  private static final double SMALLEST_RANGE = 1e-4;

  /**
   * The normaliser of an array. Pixels of an image (height, width, channels) share the scale of
   * their channel, points (count, 3) that of their coordinate, distances (height, width) one.
   *
   * @param row shape of a row
   * @param bytes whether entries are 0 to 255, of which the statistics are those of 0 to 1
   */
  public Normalizer of(FieldStatistics statistics, Shape row, boolean bytes) {
    if (this == NONE) {
      return Normalizer.identity(row.size());
    }
    int kinds = Math.min(kinds(row), statistics.features());
    double unit = bytes ? WHITE : 1;
    double[] offset = new double[kinds];
    double[] scale = new double[kinds];
    for (int k = 0; k < kinds; k++) {
      if (this == GAUSSIAN) {
        gaussian(statistics, k, kinds, offset, scale);
      } else {
        minMax(statistics, k, kinds, offset, scale);
      }
    }
    double[] wholeOffset = new double[row.size()];
    double[] wholeScale = new double[row.size()];
    Arrays.setAll(wholeOffset, i -> unit * offset[i % kinds]);
    Arrays.setAll(wholeScale, i -> unit * scale[i % kinds]);
    return new Normalizer(wholeOffset, wholeScale);
  }

  /** How many kinds of entries a row has, one after the other and again. */
  private static int kinds(Shape shape) {
    if (shape.rank() < 2) {
      return shape.size();
    }
    int last = shape.dim(shape.rank() - 1);
    return shape.rank() > 2 || last == COORDINATES ? last : 1;
  }

  /** Over all features of one kind: each has as many rows as the others. */
  private static void gaussian(
      FieldStatistics statistics, int kind, int kinds, double[] offset, double[] scale) {
    double[] mean = statistics.mean();
    double[] deviation = statistics.deviation();
    int count = mean.length / kinds;
    double sum = 0;
    for (int i = kind; i < mean.length; i += kinds) {
      sum += mean[i] / count;
    }
    double variance = 0;
    for (int i = kind; i < mean.length; i += kinds) {
      double d = mean[i] - sum;
      variance += (deviation[i] * deviation[i] + d * d) / count;
    }
    offset[kind] = sum;
    scale[kind] = Math.sqrt(variance) < SMALLEST_SCALE ? 1 : Math.sqrt(variance);
  }

  private static void minMax(
      FieldStatistics statistics, int kind, int kinds, double[] offset, double[] scale) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = kind; i < statistics.features(); i += kinds) {
      low = Math.min(low, statistics.min()[i]);
      high = Math.max(high, statistics.max()[i]);
    }
    offset[kind] = 0.5 * (low + high);
    scale[kind] = high - low < SMALLEST_RANGE ? 1 : 0.5 * (high - low);
  }
}

package dev.difftop.api.dataset;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Minimum, maximum, mean and population standard deviation of each feature of a field, in one pass
 * over its rows (Welford's recurrence), and the normalisers made of them. Features are the elements
 * of a row; of an image, its channels, scaled to [0, 1].
 */
public final class FieldStatistics {
  private static final double WHITE = 255;
  private static final int IMAGE_RANK = 2;
  private static final int BLOCK_ELEMENTS = 1 << 18;

  private final double[] min;
  private final double[] max;
  private final double[] mean;
  private final double[] squares;
  private long rows;

  /** Of rows with so many features. */
  public FieldStatistics(int features) {
    min = new double[features];
    max = new double[features];
    mean = new double[features];
    squares = new double[features];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
  }

  /**
   * Statistics of several fields, over the given episodes, each row read once.
   *
   * @param fields keys of {@link Dataset#fields()}
   * @param episodes indices of episodes: those for training
   * @throws dev.difftop.api.DataException {@code NOT_FINITE} naming file, episode, row and field
   */
  public static Map<String, FieldStatistics> of(
      Dataset dataset, List<String> fields, int[] episodes) {
    CheckedDataset checked = CheckedDataset.of(dataset);
    Map<String, FieldStatistics> all = new LinkedHashMap<>();
    for (String name : fields) {
      Dataset.Field field = checked.fields().get(name);
      if (field == null) {
        throw new IllegalArgumentException(
            "no array %s; found %s".formatted(name, checked.fields().keySet()));
      }
      FieldStatistics statistics = new FieldStatistics(features(field));
      for (int episode : episodes) {
        statistics.addEpisode(checked, episode, name, field);
      }
      all.put(name, statistics);
    }
    return all;
  }

  /** As above, over all episodes. */
  public static Map<String, FieldStatistics> of(Dataset dataset, List<String> fields) {
    int[] all = new int[dataset.episodes().size()];
    Arrays.setAll(all, e -> e);
    return of(dataset, fields, all);
  }

  private static int features(Dataset.Field field) {
    Shape row = field.shape();
    if (field.dtype() == DType.UINT8) {
      return row.rank() > IMAGE_RANK ? row.dim(IMAGE_RANK) : 1;
    }
    return row.size();
  }

  private void addEpisode(Dataset dataset, int episode, String name, Dataset.Field field) {
    int length = dataset.episodes().get(episode).length();
    int step = Math.max(1, BLOCK_ELEMENTS / Math.max(1, field.shape().size()));
    double factor = field.dtype() == DType.UINT8 ? 1 / WHITE : 1;
    for (int row = 0; row < length; row += step) {
      Array block = dataset.read(episode, name, row, Math.min(step, length - row));
      add(block.toDoubles(), factor);
    }
  }

  /**
   * Adds rows.
   *
   * @param values rows of features, one after the other
   * @param factor that each is multiplied by first
   */
  public void add(double[] values, double factor) {
    int features = mean.length;
    for (int i = 0; i < values.length; i += features) {
      rows++;
      for (int k = 0; k < features; k++) {
        double x = values[i + k] * factor;
        min[k] = Math.min(min[k], x);
        max[k] = Math.max(max[k], x);
        double before = x - mean[k];
        mean[k] += before / rows;
        squares[k] += before * (x - mean[k]);
      }
    }
  }

  /** Number of rows; of an image, of pixels. */
  public long rows() {
    return rows;
  }

  /** Number of features. */
  public int features() {
    return mean.length;
  }

  /** Minimum of each feature; infinite without rows. */
  public double[] min() {
    return min.clone();
  }

  /** Maximum of each feature; infinite without rows. */
  public double[] max() {
    return max.clone();
  }

  /** Mean of each feature. */
  public double[] mean() {
    return mean.clone();
  }

  /** Population standard deviation of each feature; NaN without rows. */
  public double[] deviation() {
    return each(k -> Math.sqrt(squares[k] / rows));
  }

  /**
   * Normaliser {@code (x - offset) / scale}.
   *
   * @param scale of each feature, positive
   * @param offset of each feature
   */
  public record Affine(double[] scale, double[] offset) {
    /** The normalised value of a feature. */
    public double apply(double x, int feature) {
      return (x - offset[feature]) / scale[feature];
    }

    /** The value that has that normalised one. */
    public double invert(double y, int feature) {
      return y * scale[feature] + offset[feature];
    }
  }

  /**
   * Normaliser of the range to {@code [-target, target]}. A feature whose range is below {@code
   * least} is constant: it keeps its scale, and its minimum becomes 0.
   */
  public Affine minMax(double target, double least) {
    double[] scale = each(k -> max[k] - min[k] < least ? 1 : (max[k] - min[k]) / (2 * target));
    double[] offset = each(k -> max[k] - min[k] < least ? min[k] : min[k] + target * scale[k]);
    return new Affine(scale, offset);
  }

  /**
   * Normaliser to mean 0 and deviation 1. A feature whose deviation is below {@code least} keeps
   * its scale.
   */
  public Affine gaussian(double least) {
    double[] deviation = deviation();
    return new Affine(each(k -> deviation[k] < least ? 1 : deviation[k]), mean());
  }

  private double[] each(IntToDoubleFunction feature) {
    double[] values = new double[mean.length];
    Arrays.setAll(values, feature);
    return values;
  }
}

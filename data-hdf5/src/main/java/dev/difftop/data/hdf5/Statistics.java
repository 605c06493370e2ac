package dev.difftop.data.hdf5;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Least, most, mean and population deviation of each feature, and the normalisers that robomimic
 * makes of them: normalised = (raw - offset) / scale. In one pass, by Welford's recurrence.
 */
final class Statistics {
  private static final double TARGET = 0.999999;
  private static final double LEAST_RANGE = 1e-4;
  private static final double LEAST_DEVIATION = 1e-6;
  private static final double OBSERVATION_MARGIN = 1e-3;

  private final double[] min;
  private final double[] max;
  private final double[] mean;
  private final double[] squares;
  private long rows;

  Statistics(int features) {
    min = new double[features];
    max = new double[features];
    mean = new double[features];
    squares = new double[features];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
  }

  /** Counts rows of features in. */
  void add(float[] values, double factor) {
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

  private double deviation(int k) {
    return Math.sqrt(squares[k] / rows);
  }

  /** What is known of every feature; nothing if no row was counted. */
  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("rows", rows);
    if (rows > 0) {
      document.put("min", Document.list(min));
      document.put("max", Document.list(max));
      document.put("mean", Document.list(mean));
      document.put("std_population", Document.list(each(this::deviation)));
    }
    return document;
  }

  /** The same with the normalisers of actions. */
  Map<String, Object> actionDocument() {
    Map<String, Object> document = document();
    if (rows > 0) {
      document.put("min_max_scale", Document.list(each(this::minMaxScale)));
      document.put("min_max_offset", Document.list(each(this::minMaxOffset)));
      document.put(
          "gaussian_scale",
          Document.list(each(k -> deviation(k) < LEAST_DEVIATION ? 1 : deviation(k))));
      document.put("gaussian_offset", Document.list(mean));
    }
    return document;
  }

  /** The same with the normaliser of observations. */
  Map<String, Object> observationDocument() {
    Map<String, Object> document = document();
    if (rows > 0) {
      document.put("scale", Document.list(each(k -> deviation(k) + OBSERVATION_MARGIN)));
      document.put("offset", Document.list(mean));
    }
    return document;
  }

  private boolean isFlat(int k) {
    return max[k] - min[k] < LEAST_RANGE;
  }

  private double minMaxScale(int k) {
    return isFlat(k) ? 1 : (max[k] - min[k]) / (2 * TARGET);
  }

  /** A flat feature keeps its minimum as offset, so that it becomes 0. */
  private double minMaxOffset(int k) {
    return isFlat(k) ? min[k] : min[k] + TARGET * minMaxScale(k);
  }

  private interface Feature {
    double of(int k);
  }

  private double[] each(Feature feature) {
    double[] values = new double[mean.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = feature.of(k);
    }
    return values;
  }
}

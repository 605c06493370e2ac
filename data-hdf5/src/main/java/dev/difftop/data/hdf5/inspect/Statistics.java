package dev.difftop.data.hdf5.inspect;

import dev.difftop.api.dataset.FieldStatistics;
import dev.difftop.data.hdf5.file.Document;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Statistics of a field as a document, with the normalisers that robomimic makes of them. */
public final class Statistics {
  private static final double TARGET = 0.999999;
  private static final double LEAST_RANGE = 1e-4;
  private static final double LEAST_DEVIATION = 1e-6;
  private static final double OBSERVATION_MARGIN = 1e-3;

  private final FieldStatistics statistics;

  public Statistics(int features) {
    statistics = new FieldStatistics(features);
  }

  /** Adds rows of features, each multiplied by a factor. */
  public void add(float[] values, double factor) {
    double[] numbers = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      numbers[i] = values[i];
    }
    statistics.add(numbers, factor);
  }

  /** What is known of every feature; nothing if no row was counted. */
  public Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("rows", statistics.rows());
    if (statistics.rows() > 0) {
      document.put("min", Document.list(statistics.min()));
      document.put("max", Document.list(statistics.max()));
      document.put("mean", Document.list(statistics.mean()));
      document.put("std_population", Document.list(statistics.deviation()));
    }
    return document;
  }

  /** The same with the normalisers of actions. */
  public Map<String, Object> actionDocument() {
    Map<String, Object> document = document();
    if (statistics.rows() > 0) {
      put(document, "min_max", statistics.minMax(TARGET, LEAST_RANGE));
      put(document, "gaussian", statistics.gaussian(LEAST_DEVIATION));
    }
    return document;
  }

  private static void put(
      Map<String, Object> document, String name, FieldStatistics.Affine normaliser) {
    document.put(name + "_scale", Document.list(normaliser.scale()));
    document.put(name + "_offset", Document.list(normaliser.offset()));
  }

  /** The same with the normaliser of observations. */
  public Map<String, Object> observationDocument() {
    Map<String, Object> document = document();
    if (statistics.rows() > 0) {
      double[] scale =
          Arrays.stream(statistics.deviation()).map(d -> d + OBSERVATION_MARGIN).toArray();
      document.put("scale", Document.list(scale));
      document.put("offset", Document.list(statistics.mean()));
    }
    return document;
  }
}

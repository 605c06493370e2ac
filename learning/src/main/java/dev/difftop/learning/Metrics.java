package dev.difftop.learning;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values of declared metrics after an update.
 *
 * @param values by name of the {@link Metric}; one that was not measured is absent
 */
public record Metrics(Map<String, Double> values) {
  /** Nothing was measured. */
  public static final Metrics NONE = new Metrics(Map.of());

  /** Keeps the order. */
  public Metrics {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The value; NaN if it was not measured. */
  public double get(String name) {
    return values.getOrDefault(name, Double.NaN);
  }

  /** The same with one more value. */
  public Metrics with(String name, double value) {
    Map<String, Double> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new Metrics(more);
  }

  /** These and others; others win. */
  public Metrics and(Metrics others) {
    Map<String, Double> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    return new Metrics(all);
  }
}

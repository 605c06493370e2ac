package dev.difftop.app.reference.format;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an object of a problem file holds, checked against its {@link Format}. A key that is wrong
 * or missing has no value; the {@link Faults} say so, and must be thrown before values are used.
 */
public final class Values {
  private final String path;
  private final Map<String, Object> values;
  private final Map<String, Integer> sizes;

  Values(String path, Map<String, Object> values, Map<String, Integer> sizes) {
    this.path = path;
    this.values = values;
    this.sizes = sizes;
  }

  /** Place of a key in the file. */
  public String path(String name) {
    return Format.below(path, name);
  }

  /** Whether the file gives the key, with another value than {@code null}. */
  public boolean has(String name) {
    return values.get(name) != null;
  }

  /** Whether the file gives the key at all. */
  public boolean mentions(String name) {
    return values.containsKey(name);
  }

  /** A size that the file gives, or that its kind of problem has. */
  public int size(String name) {
    return sizes.get(name);
  }

  public double number(String name) {
    return (Double) values.get(name);
  }

  public String text(String name) {
    return (String) values.get(name);
  }

  /** Row-major numbers. */
  public double[] array(String name) {
    return ((double[]) values.get(name)).clone();
  }

  /** Row-major numbers, where they are given. */
  public Optional<double[]> optional(String name) {
    return has(name) ? Optional.of(array(name)) : Optional.empty();
  }

  @SuppressWarnings("unchecked")
  public List<String> texts(String name) {
    return (List<String>) values.get(name);
  }

  /** The value as it stands in the file. */
  Object raw(String name) {
    return values.get(name);
  }

  public Values object(String name) {
    return (Values) values.get(name);
  }

  @SuppressWarnings("unchecked")
  public List<Values> objects(String name) {
    return (List<Values>) values.get(name);
  }
}

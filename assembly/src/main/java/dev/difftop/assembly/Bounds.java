package dev.difftop.assembly;

import dev.difftop.api.config.Range;

/** The values a number may take. */
record Bounds(double min, double max, boolean open, boolean infinite) {
  static final Bounds NONE =
      new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false, true);

  static Bounds of(Range range) {
    return range == null
        ? NONE
        : new Bounds(range.min(), range.max(), range.open(), range.infinite());
  }

  boolean contains(double value) {
    if (Double.isInfinite(value) && !infinite) {
      return false;
    }
    return open ? value > min && value < max : value >= min && value <= max;
  }

  /** What is expected in place of a value outside. */
  String expected(double found) {
    String range = describe();
    if (range.isEmpty()) {
      return Double.isNaN(found) ? "a number" : "a finite number";
    }
    return Double.isInfinite(found) && !range.endsWith("finite") ? range + ", finite" : range;
  }

  /** As {@code at least 0}; empty where every value is allowed. */
  String describe() {
    boolean below = min > Double.NEGATIVE_INFINITY;
    boolean above = max < Double.POSITIVE_INFINITY;
    if (below && above) {
      return open
          ? "between %s and %s, both excluded".formatted(number(min), number(max))
          : number(min) + " to " + number(max);
    }
    if (below) {
      return open ? "above " + number(min) + ", finite" : "at least " + number(min);
    }
    if (above) {
      return open ? "below " + number(max) + ", finite" : "at most " + number(max);
    }
    return open ? "finite" : "";
  }

  /** A number as a person writes it: {@code 5}, {@code 0.01}, {@code 1e-8}, {@code .inf}. */
  static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? ".inf" : "-.inf";
    }
    if (Double.isNaN(value)) {
      return ".nan";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return (value == 0 && 1 / value < 0 ? "-" : "") + Long.toString((long) value);
    }
    return Double.toString(value).replace(".0E", "e").replace('E', 'e');
  }
}

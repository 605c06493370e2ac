package dev.difftop.app.reference.format;

/**
 * Range of a number.
 *
 * @param min lowest value
 * @param open whether the lowest value itself is outside
 * @param max highest value
 */
record Limits(double min, boolean open, double max) {
  static final Limits ANY = new Limits(Double.NEGATIVE_INFINITY, false, Double.POSITIVE_INFINITY);
  static final Limits POSITIVE = new Limits(0, true, Double.POSITIVE_INFINITY);
  static final Limits NOT_NEGATIVE = new Limits(0, false, Double.POSITIVE_INFINITY);
  static final Limits SHARE = new Limits(0, true, 1);

  /** Counts: none that would not fit into memory. */
  static final Limits COUNT = new Limits(1, false, 1_000_000);

  boolean contains(double value) {
    return Double.isFinite(value) && (open ? value > min : value >= min) && value <= max;
  }

  /** What is expected: {@code a number above 0}. */
  String expected(String noun) {
    String low = min == Double.NEGATIVE_INFINITY ? "" : (open ? " above " : " of at least ");
    String text = noun + low + (low.isEmpty() ? "" : Format.shown(min));
    return max == Double.POSITIVE_INFINITY
        ? text
        : text + (low.isEmpty() ? " of" : " and") + " at most " + Format.shown(max);
  }
}

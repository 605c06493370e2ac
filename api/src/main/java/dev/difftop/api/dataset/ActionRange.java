package dev.difftop.api.dataset;

import java.util.Arrays;
import java.util.Optional;

/**
 * How many rows of actions are beyond the bounds of an environment, and how far they reach. Whole
 * numbers from 0 on, one a row, are the numbers of discrete actions, which have no bounds.
 */
final class ActionRange {
  private final double[] low;
  private final double[] high;
  private final int width;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;
  private long rows;
  private long beyond;
  private boolean discrete;

  /**
   * Of bounds.
   *
   * @param low one bound, or one for each of {@code width} elements; so {@code high}
   */
  ActionRange(double[] low, double[] high, int width) {
    if ((low.length != 1 && low.length != width) || low.length != high.length) {
      throw new IllegalArgumentException(
          "bounds of actions: found %d and %d, expected 1 or %d of each"
              .formatted(low.length, high.length, width));
    }
    this.low = low;
    this.high = high;
    this.width = width;
    this.discrete = width == 1;
  }

  /** Adds rows from an element on. */
  void add(double[] values, int from) {
    for (int at = from; at < values.length; at += width) {
      rows++;
      boolean isBeyond = false;
      for (int k = 0; k < width; k++) {
        double value = values[at + k];
        discrete &= value >= 0 && value == Math.rint(value);
        isBeyond |= value < low[low.length == 1 ? 0 : k] || value > high[high.length == 1 ? 0 : k];
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      beyond += isBeyond ? 1 : 0;
    }
  }

  Optional<String> warning() {
    return beyond == 0 || discrete
        ? Optional.empty()
        : Optional.of(
            "actions: %d of %d rows are beyond %s to %s; they reach from %s to %s"
                .formatted(beyond, rows, text(low), text(high), (float) least, (float) most));
  }

  private static String text(double[] bounds) {
    return bounds.length == 1 ? Double.toString(bounds[0]) : Arrays.toString(bounds);
  }
}

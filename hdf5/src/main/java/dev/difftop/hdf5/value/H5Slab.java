package dev.difftop.hdf5.value;

import java.util.Arrays;

/**
 * A rectangular part of a dataset.
 *
 * @param start first index along the leading axes; null means everything
 * @param count how many along the same axes; further axes are taken whole
 */
public record H5Slab(long[] start, long[] count) {
  private static final H5Slab ALL = new H5Slab(null, null);

  /** Everything. */
  public static H5Slab all() {
    return ALL;
  }

  /** Rows {@code from} to {@code from + count} of the first axis. */
  public static H5Slab rows(long from, long count) {
    return new H5Slab(new long[] {from}, new long[] {count});
  }

  /** A part along the leading axes. */
  public static H5Slab of(long[] start, long[] count) {
    return new H5Slab(start.clone(), count.clone());
  }

  public boolean isAll() {
    return start == null;
  }

  /** First indices along all axes of a dataset of that shape. */
  public long[] starts(long[] shape) {
    return isAll() ? new long[shape.length] : Arrays.copyOf(start, shape.length);
  }

  /**
   * Sizes along all axes.
   *
   * @throws IllegalArgumentException if the part is not inside the shape
   */
  public long[] counts(long[] shape) {
    if (isAll()) {
      return shape.clone();
    }
    if (start.length != count.length || start.length > shape.length) {
      throw outside(shape);
    }
    long[] counts = shape.clone();
    for (int i = 0; i < start.length; i++) {
      if (start[i] < 0 || count[i] < 0 || start[i] > shape[i] - count[i]) {
        throw outside(shape);
      }
      counts[i] = count[i];
    }
    return counts;
  }

  private IllegalArgumentException outside(long[] shape) {
    return new IllegalArgumentException(
        this + " is not inside a dataset of shape " + Arrays.toString(shape));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof H5Slab s
        && Arrays.equals(start, s.start)
        && Arrays.equals(count, s.count);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(start) + Arrays.hashCode(count);
  }

  @Override
  public String toString() {
    return isAll()
        ? "everything"
        : "start " + Arrays.toString(start) + " count " + Arrays.toString(count);
  }
}

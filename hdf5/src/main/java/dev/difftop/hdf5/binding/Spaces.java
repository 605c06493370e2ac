package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;

/** Dataspaces: shapes of datasets and attributes. Used under the lock. */
public final class Spaces {
  private Spaces() {}

  /** The sizes; {0} for a dataspace that holds nothing. */
  public static long[] shape(long space, Location location) {
    if (H5Sget_simple_extent_type(space) == H5S_NULL) {
      return new long[] {0};
    }
    int rank = Native.ok(H5Sget_simple_extent_ndims(space), location, "cannot read the rank");
    long[] shape = new long[rank];
    if (rank > 0) {
      Native.ok(
          H5Sget_simple_extent_dims(space, shape, (long[]) null),
          location,
          "cannot read the shape");
    }
    for (long size : shape) {
      if (size < 0) {
        throw location.fault(
            Kind.LIMIT_EXCEEDED, "has an axis of " + Long.toUnsignedString(size) + " elements");
      }
    }
    return shape;
  }

  /** Number of elements in 64-bit arithmetic. */
  public static long elements(long[] shape, Location location) {
    long n = 1;
    for (long size : shape) {
      // An empty axis makes it empty, however large the others are.
      if (size == 0) {
        return 0;
      }
    }
    for (long size : shape) {
      n = Math.multiplyHigh(n, size) == 0 && n * size > 0 ? n * size : -1;
      if (n < 0) {
        throw location.fault(
            Kind.LIMIT_EXCEEDED,
            "has shape " + java.util.Arrays.toString(shape) + ", more than 2^63 elements");
      }
    }
    return n;
  }

  /** A new dataspace; the caller closes it. */
  public static long create(long[] shape, boolean growing, Location location) {
    if (shape.length == 0) {
      return Native.id(H5Screate(H5S_SCALAR), location, "cannot make a scalar dataspace");
    }
    long[] most = shape.clone();
    if (growing) {
      most[0] = H5S_UNLIMITED;
    }
    return Native.id(
        H5Screate_simple(shape.length, shape, most), location, "cannot make a dataspace");
  }

  /** Selects a part of a dataspace. */
  public static void select(long space, long[] start, long[] count, Location location) {
    Native.ok(
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, null, count, (long[]) null),
        location,
        "cannot select rows");
  }
}

package dev.difftop.data.hdf5.file;

import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage.Layout;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.H5Type.Kind;

/** Goes through the numbers of an array a block of rows at a time, so that memory stays bounded. */
public final class Numbers {
  private static final long BLOCK_ELEMENTS = 1L << 20;
  private static final long MOST_ELEMENTS = 1L << 24;
  private static final int SMALL_BYTES = 2;

  private Numbers() {}

  /** Takes a block: rows of an array, row-major. */
  public interface FloatBlock {
    void take(float[] values);
  }

  /** Takes a block of stored integers. */
  public interface LongBlock {
    void take(long[] values);
  }

  /** Whether the stored integers have a checksum of their own: booleans, uint8, int16, uint16. */
  public static boolean isSmallInteger(H5Type type) {
    boolean small = type.kind() == Kind.INTEGER && type.bytes() <= SMALL_BYTES;
    boolean signedByte = type.bytes() == 1 && type.signed();
    return type.kind() == Kind.BOOLEAN || (small && !signedByte);
  }

  /** Goes through an array as float32. */
  public static void floats(H5File file, Rows rows, FloatBlock block) {
    try (H5Dataset dataset = file.dataset(rows.path())) {
      if (rows.scalar()) {
        block.take(dataset.readFloats(H5Slab.all()));
        return;
      }
      forEach(rows, slab -> block.take(dataset.readFloats(slab)));
    }
  }

  /** Goes through an array of integers or booleans. */
  public static void longs(H5File file, Rows rows, LongBlock block) {
    try (H5Dataset dataset = file.dataset(rows.path())) {
      if (rows.scalar()) {
        block.take(dataset.readLongs(H5Slab.all()));
        return;
      }
      forEach(rows, slab -> block.take(dataset.readLongs(slab)));
    }
  }

  private interface SlabVisit {
    void visit(H5Slab slab);
  }

  private static void forEach(Rows rows, SlabVisit visit) {
    long step = rowsAtOnce(rows);
    for (long row = 0; row < rows.count(); row += step) {
      visit.visit(H5Slab.rows(rows.from() + row, Math.min(step, rows.count() - row)));
    }
  }

  /** About a block, in whole chunks where they are not too large, so that each is inflated once. */
  public static long rowsAtOnce(Rows rows) {
    long width = Math.max(1, rows.rowElements());
    long step = Math.max(1, BLOCK_ELEMENTS / width);
    if (rows.storage().layout() == Layout.CHUNKED) {
      long chunk = rows.storage().chunk()[0];
      long whole = Math.max(1, step / chunk) * chunk;
      return whole <= Math.max(1, MOST_ELEMENTS / width) ? whole : step;
    }
    return step;
  }
}

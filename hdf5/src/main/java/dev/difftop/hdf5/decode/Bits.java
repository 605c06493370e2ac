package dev.difftop.hdf5.decode;

import dev.difftop.hdf5.value.H5Type;
import java.nio.ByteBuffer;

/**
 * Where the significant bits of a stored integer are. HDF5 allows numbers that do not fill their
 * bytes, such as 12 bits in two bytes.
 *
 * @param precision how many
 * @param offset of the lowest one
 */
public record Bits(int precision, int offset) {
  /** Whether these bits are all the bits of an element. */
  public boolean fill(int bytes) {
    return offset == 0 && precision == Byte.SIZE * bytes;
  }

  /** Whether they lie inside an element. */
  public boolean fit(int bytes) {
    return precision > 0 && offset >= 0 && precision <= Byte.SIZE * bytes - offset;
  }

  /** Makes every element of a buffer a number that fills its bytes, in the buffer's byte order. */
  public void spread(ByteBuffer elements, H5Type type) {
    int width = type.bytes();
    if (fill(width)) {
      return;
    }
    for (int at = 0; at + width <= elements.limit(); at += width) {
      put(elements, at, width, value(get(elements, at, width), type.signed()));
    }
  }

  private long value(long stored, boolean signed) {
    int above = Long.SIZE - precision;
    long top = (stored >>> offset) << above;
    return signed ? top >> above : top >>> above;
  }

  static long get(ByteBuffer from, int at, int width) {
    return switch (width) {
      case 1 -> from.get(at);
      case 2 -> from.getShort(at);
      case 4 -> from.getInt(at);
      default -> from.getLong(at);
    };
  }

  static void put(ByteBuffer to, int at, int width, long value) {
    switch (width) {
      case 1 -> to.put(at, (byte) value);
      case 2 -> to.putShort(at, (short) value);
      case 4 -> to.putInt(at, (int) value);
      default -> to.putLong(at, value);
    }
  }
}

package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.H5Tget_fields;
import static org.bytedeco.hdf5.global.hdf5.H5Tget_offset;
import static org.bytedeco.hdf5.global.hdf5.H5Tget_precision;

import dev.difftop.hdf5.decode.Element;
import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * Brings numbers into memory through the library, which converts as few as possible of them: it
 * believes what a damaged datatype says of its bits, and writes past its own buffers. Used under
 * the lock.
 */
public final class NumbersIn {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int WIDEST_BYTES = 16;
  private static final int MOST_EXPONENT_BITS = 32;
  private static final int FIELDS = 5;

  private NumbersIn() {}

  /**
   * Reads numbers.
   *
   * @param type the datatype in the file
   * @param into receives them from {@code offset} on
   */
  public static void read(
      long type,
      H5Type described,
      Texts.Source source,
      Element element,
      Object into,
      int offset,
      int n,
      Location location) {
    if (Types.isPlain(type, described)) {
      asStored(type, described, source, element, into, offset, n, location);
    } else if (isConvertible(type, described)) {
      try (Memory memory = new Memory((long) n * element.bytes())) {
        Native.ok(source.read(element.type(), memory.pointer()), location, "cannot be read");
        element.take(memory.pointer(), into, offset, n);
      }
    } else {
      throw location.fault(
          Kind.UNSUPPORTED, "has numbers of an unusual format; store them as IEEE floats");
    }
  }

  /** To the library it is a copy: it gets the file's own type for the memory. */
  private static void asStored(
      long type,
      H5Type described,
      Texts.Source source,
      Element element,
      Object into,
      int offset,
      int n,
      Location location) {
    int width = described.bytes();
    try (Memory memory = new Memory((long) n * width)) {
      Native.ok(source.read(type, memory.pointer()), location, "cannot be read");
      BytePointer stored = new BytePointer(memory.pointer());
      int block = BLOCK_BYTES / width;
      for (int done = 0; done < n; done += block) {
        int count = Math.min(block, n - done);
        byte[] bytes = new byte[count * width];
        stored.position((long) done * width).get(bytes);
        ByteBuffer from = ByteBuffer.wrap(bytes).order(described.order());
        Types.bits(type, described).spread(from, described);
        Elements.convert(described, from, 0, element, into, offset + done, count);
      }
    }
  }

  /** Whether every bit that the type speaks of lies inside an element of a sensible size. */
  private static boolean isConvertible(long type, H5Type described) {
    long bits = (long) Byte.SIZE * described.bytes();
    long precision = H5Tget_precision(type);
    int offset = H5Tget_offset(type);
    boolean inside = precision > 0 && offset >= 0 && offset + precision <= bits;
    return inside
        && described.bytes() <= WIDEST_BYTES
        && described.kind() == H5Type.Kind.FLOAT
        && areFieldsInside(type, offset, offset + precision);
  }

  private static boolean areFieldsInside(long type, long from, long to) {
    try (SizeTPointer fields = new SizeTPointer(FIELDS)) {
      int status =
          H5Tget_fields(
              type,
              fields.getPointer(0),
              fields.getPointer(1),
              fields.getPointer(2),
              fields.getPointer(3),
              fields.getPointer(4));
      long sign = fields.get(0);
      long exponent = fields.get(1);
      long exponentBits = fields.get(2);
      long mantissa = fields.get(3);
      long mantissaBits = fields.get(4);
      return status >= 0
          && isInside(sign, 1, from, to)
          && isInside(exponent, exponentBits, from, to)
          && isInside(mantissa, mantissaBits, from, to)
          && exponentBits <= MOST_EXPONENT_BITS;
    }
  }

  private static boolean isInside(long at, long bits, long from, long to) {
    return at >= from && bits > 0 && bits <= to - from && at <= to - bits;
  }
}

package dev.difftop.hdf5.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Undoes the filters that store elements in fewer bits: n-bit and scale-offset. Both say in their
 * parameters what they were applied to; that is compared with the chunk before anything is made of
 * it. Layouts as written by the library, version 1.14.
 */
final class Packing {
  private static final int FLOAT_BY_DECIMALS = 0;
  private static final int INTEGER = 2;
  private static final int HEAD_BYTES = 21;
  private static final int MINIMUM_AT = 5;

  private Packing() {}

  /** What is wrong with a chunk or with the parameters. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }

  /** The parameter of that number, 0 if there are fewer. */
  private static int at(List<Integer> parameters, int index) {
    return index < parameters.size() ? parameters.get(index) : 0;
  }

  private static ByteBuffer elements(List<Integer> parameters, int orderAt, int size)
      throws DamagedException {
    int width = at(parameters, 4);
    boolean usual = width == 1 || width == 2 || width == 4 || width == 8;
    if (!usual || (long) at(parameters, 2) * width != size) {
      throw new DamagedException("has filter parameters of another shape");
    }
    boolean big = at(parameters, orderAt) != 0;
    return ByteBuffer.allocate(size).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  // n-bit: parameters are their number, whether nothing was packed, the elements of a chunk, the
  // class (1: a number), bytes of an element, byte order, precision, offset.

  /**
   * Undoes n-bit packing.
   *
   * @param size bytes of the chunk without filters
   */
  static byte[] nbit(byte[] bytes, List<Integer> parameters, int size) throws DamagedException {
    if (at(parameters, 1) != 0) {
      return bytes;
    } else if (at(parameters, 3) != 1) {
      throw new DamagedException("packs elements that are no numbers");
    }
    ByteBuffer out = elements(parameters, 5, size);
    int width = at(parameters, 4);
    Bits bits = new Bits(at(parameters, 6), at(parameters, 7));
    int n = size / width;
    BitReader reader = new BitReader(bytes, 0);
    if (!bits.fit(width) || !reader.has((long) n * bits.precision())) {
      throw new DamagedException("has too few packed bits");
    }
    for (int i = 0; i < n; i++) {
      Bits.put(out, i * width, width, reader.next(bits.precision()) << bits.offset());
    }
    return out.array();
  }

  // Scale-offset: parameters are the kind of scaling, its factor, the elements of a chunk, the
  // class, bytes of an element, sign, byte order, whether there is a fill value, that value. A
  // chunk: bits of an element, a byte 8, the minimum, padding up to byte 21, the packed numbers.

  /**
   * Undoes scale-offset packing.
   *
   * @param size bytes of the chunk without filters
   */
  static byte[] scaleOffset(byte[] bytes, List<Integer> parameters, int size)
      throws DamagedException {
    int kind = at(parameters, 0);
    ByteBuffer out = elements(parameters, 6, size);
    int width = at(parameters, 4);
    if (kind == INTEGER && at(parameters, 1) == width * Byte.SIZE) {
      return bytes;
    } else if (kind != INTEGER && (kind != FLOAT_BY_DECIMALS || width < Float.BYTES)) {
      throw new DamagedException("is scaled in an unknown way");
    } else if (bytes.length < HEAD_BYTES) {
      throw new DamagedException("is too short for its scale and offset");
    }
    ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int bits = head.getInt(0);
    BitReader reader = new BitReader(bytes, HEAD_BYTES);
    int n = size / width;
    if (bits < 0 || bits > width * Byte.SIZE || !reader.has((long) n * bits)) {
      throw new DamagedException("has too few packed bits");
    } else if (bits == width * Byte.SIZE) {
      copy(bytes, out, width);
    } else {
      Unscaling back = Unscaling.of(parameters, bits, head.getLong(MINIMUM_AT));
      for (int i = 0; i < n; i++) {
        Bits.put(out, i * width, width, back.stored(reader.next(bits)));
      }
    }
    return out.array();
  }

  /** Elements that could not be made smaller follow the head as they are, little-endian. */
  private static void copy(byte[] bytes, ByteBuffer out, int width) {
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i + width <= out.limit(); i += width) {
      Bits.put(out, i, width, Bits.get(from, HEAD_BYTES + i, width));
    }
  }

  /**
   * From a packed number to the bits of an element.
   *
   * @param hole the packed number that stands for the fill value; -1 if none does
   * @param fill the bits of the fill value
   * @param minimum the bits of what was subtracted
   * @param bytes bytes of a float; 0 for integers
   * @param decimals digits behind the point that were kept of floats
   */
  private record Unscaling(long hole, long fill, long minimum, int bytes, int decimals) {
    static Unscaling of(List<Integer> parameters, int bits, long minimum) {
      boolean filled = at(parameters, 7) != 0;
      long fill = at(parameters, 8) & 0xffffffffL | (long) at(parameters, 9) << Integer.SIZE;
      int floatBytes = at(parameters, 0) == INTEGER ? 0 : at(parameters, 4);
      return new Unscaling(
          filled ? (1L << bits) - 1 : -1, fill, minimum, floatBytes, at(parameters, 1));
    }

    long stored(long packed) {
      if (packed == hole) {
        return fill;
      } else if (bytes == Float.BYTES) {
        // As the library computes it: a packed number of 32 bits is signed, every step rounds.
        float scale = (float) Math.pow(10, decimals);
        float value = (float) (int) packed / scale + Float.intBitsToFloat((int) minimum);
        return Float.floatToRawIntBits(value);
      } else if (bytes == Double.BYTES) {
        double scale = Math.pow(10, decimals);
        return Double.doubleToRawLongBits(packed / scale + Double.longBitsToDouble(minimum));
      }
      return packed + minimum;
    }
  }
}

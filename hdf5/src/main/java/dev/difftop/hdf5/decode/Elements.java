package dev.difftop.hdf5.decode;

import dev.difftop.hdf5.value.H5Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Converts stored numbers into Java arrays, with IEEE rounding, as numpy does. */
public final class Elements {
  /** Most elements of a Java array. */
  public static final int MOST = Integer.MAX_VALUE - 8;

  private Elements() {}

  /**
   * Converts numbers.
   *
   * @param from stored numbers, in the byte order of the type
   * @param at position of the first one in bytes
   * @param into {@code float[]}, {@code double[]}, {@code long[]} or {@code byte[]}
   */
  public static void convert(
      H5Type type, ByteBuffer from, int at, Element element, Object into, int offset, int n) {
    switch (element) {
      case FLOAT -> floats(type, from, at, (float[]) into, offset, n);
      case DOUBLE -> doubles(type, from, at, (double[]) into, offset, n);
      case LONG -> longs(type, from, at, (long[]) into, offset, n);
      case BYTE -> from.get(at, (byte[]) into, offset, n);
    }
  }

  private static void floats(
      H5Type type, ByteBuffer from, int at, float[] into, int offset, int n) {
    boolean isFloat = type.kind() == H5Type.Kind.FLOAT;
    if (isFloat && type.bytes() == Float.BYTES) {
      from.slice(at, n * Float.BYTES).order(from.order()).asFloatBuffer().get(into, offset, n);
    } else if (isFloat && type.bytes() == Double.BYTES) {
      for (int i = 0; i < n; i++) {
        into[offset + i] = (float) from.getDouble(at + i * Double.BYTES);
      }
    } else if (isFloat) {
      for (int i = 0; i < n; i++) {
        into[offset + i] = half(from.getShort(at + i * Short.BYTES));
      }
    } else {
      for (int i = 0; i < n; i++) {
        long value = integer(type, from, at + i * type.bytes());
        into[offset + i] = isBeyond(type, value) ? 2f * halved(value) : value;
      }
    }
  }

  private static void doubles(
      H5Type type, ByteBuffer from, int at, double[] into, int offset, int n) {
    boolean isFloat = type.kind() == H5Type.Kind.FLOAT;
    if (isFloat && type.bytes() == Double.BYTES) {
      from.slice(at, n * Double.BYTES).order(from.order()).asDoubleBuffer().get(into, offset, n);
    } else if (isFloat && type.bytes() == Float.BYTES) {
      for (int i = 0; i < n; i++) {
        into[offset + i] = from.getFloat(at + i * Float.BYTES);
      }
    } else if (isFloat) {
      for (int i = 0; i < n; i++) {
        into[offset + i] = half(from.getShort(at + i * Short.BYTES));
      }
    } else {
      for (int i = 0; i < n; i++) {
        long value = integer(type, from, at + i * type.bytes());
        into[offset + i] = isBeyond(type, value) ? 2.0 * halved(value) : value;
      }
    }
  }

  private static void longs(H5Type type, ByteBuffer from, int at, long[] into, int offset, int n) {
    for (int i = 0; i < n; i++) {
      long value = integer(type, from, at + i * type.bytes());
      into[offset + i] = isBeyond(type, value) ? Long.MAX_VALUE : value;
    }
  }

  private static long integer(H5Type type, ByteBuffer from, int at) {
    boolean signed = type.signed();
    return switch (type.bytes()) {
      case 1 -> signed ? from.get(at) : from.get(at) & 0xffL;
      case 2 -> signed ? from.getShort(at) : from.getShort(at) & 0xffffL;
      case 4 -> signed ? from.getInt(at) : from.getInt(at) & 0xffffffffL;
      default -> from.getLong(at);
    };
  }

  /** Whether an unsigned number is too large for a long. */
  private static boolean isBeyond(H5Type type, long value) {
    return value < 0 && !type.signed();
  }

  /** Half of 2^63 and above; the last bit stays in sight, so that rounding comes out the same. */
  private static long halved(long value) {
    return (value >>> 1) | (value & 1);
  }

  /** IEEE half precision, exact. */
  private static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int mantissa = bits & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = mantissa * 0x1p-24f;
    } else if (exponent == 0x1f) {
      magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = (0x400 | mantissa) * (float) Math.scalb(1.0, exponent - 25);
    }
    return bits < 0 ? -magnitude : magnitude;
  }

  /** The bytes up to the first NUL as UTF-8. */
  public static String text(byte[] bytes) {
    int n = 0;
    while (n < bytes.length && bytes[n] != 0) {
      n++;
    }
    return new String(bytes, 0, n, StandardCharsets.UTF_8);
  }
}

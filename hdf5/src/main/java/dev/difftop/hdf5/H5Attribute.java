package dev.difftop.hdf5;

import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.Location;
import java.util.Arrays;

/**
 * The value of an attribute, already read. Numbers of any width, size-1 arrays and text of every
 * flavour are accepted where a scalar is asked for.
 */
public final class H5Attribute {
  private final Location location;
  private final H5Type type;
  private final long[] shape;
  private final Object value;

  /**
   * A value.
   *
   * @param value {@code long[]}, {@code double[]}, {@code String[]}, or null for other types
   */
  H5Attribute(Location location, H5Type type, long[] shape, Object value) {
    this.location = location;
    this.type = type;
    this.shape = shape;
    this.value = value;
  }

  /** What it is in the file. */
  public H5Type type() {
    return type;
  }

  /** Its shape, empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Whether it is text. */
  public boolean isText() {
    return value instanceof String[];
  }

  /** Whether it is numbers or booleans. */
  public boolean isNumeric() {
    return value instanceof long[] || value instanceof double[];
  }

  /**
   * A single whole number.
   *
   * @throws H5Exception {@code TYPE_MISMATCH} if it is no number, {@code BAD_METADATA} if it is
   *     several numbers or not whole
   */
  public long asLong() {
    if (value instanceof long[] whole) {
      single(whole.length);
      return whole[0];
    }
    double number = asDouble();
    if (number != Math.rint(number) || Math.abs(number) > 1L << 53) {
      throw location.fault(Kind.BAD_METADATA, "is " + number + "; expected a whole number");
    }
    return (long) number;
  }

  /** A single number. */
  public double asDouble() {
    double[] numbers = asDoubles();
    single(numbers.length);
    return numbers[0];
  }

  /** A single text. */
  public String asText() {
    String[] texts = asTexts();
    single(texts.length);
    return texts[0];
  }

  /** All numbers in row-major order. */
  public double[] asDoubles() {
    if (value instanceof long[] whole) {
      return Arrays.stream(whole).asDoubleStream().toArray();
    } else if (value instanceof double[] numbers) {
      return numbers.clone();
    }
    throw location.fault(Kind.TYPE_MISMATCH, "is of type " + type + "; expected a number");
  }

  /** All texts in row-major order. */
  public String[] asTexts() {
    if (value instanceof String[] texts) {
      return texts.clone();
    }
    throw location.fault(Kind.TYPE_MISMATCH, "is of type " + type + "; expected text");
  }

  /** The fault of this attribute having an invalid content. */
  public H5Exception invalid(String detail) {
    return location.fault(Kind.BAD_METADATA, detail);
  }

  private void single(int n) {
    if (n != 1) {
      throw location.fault(Kind.BAD_METADATA, "holds " + n + " values; expected one");
    }
  }

  /** The value as text, for people: a single value bare, several in brackets. */
  @Override
  public String toString() {
    if (value instanceof String[] t) {
      return t.length == 1 ? t[0] : Arrays.toString(t);
    } else if (value instanceof long[] w) {
      return w.length == 1 ? Long.toString(w[0]) : Arrays.toString(w);
    } else if (value instanceof double[] d) {
      return d.length == 1 ? Double.toString(d[0]) : Arrays.toString(d);
    }
    return "(" + type + ")";
  }
}

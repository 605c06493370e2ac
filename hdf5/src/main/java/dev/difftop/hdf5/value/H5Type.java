package dev.difftop.hdf5.value;

import java.nio.ByteOrder;

/**
 * What one element of a dataset or attribute is in the file.
 *
 * @param kind what it stands for
 * @param bytes size of an element; of the descriptor for {@link Kind#VARIABLE_TEXT}
 * @param signed whether an integer has a sign
 * @param order order of the bytes
 */
public record H5Type(Kind kind, int bytes, boolean signed, ByteOrder order) {
  /** Classes of datatypes, as far as datasets of numbers and text need them. */
  public enum Kind {
    /** Integers of 8 to 64 bits. */
    INTEGER,
    /** IEEE numbers of 16 to 128 bits. */
    FLOAT,
    /** An enumeration of FALSE and TRUE over bytes, as h5py writes {@code bool}. */
    BOOLEAN,
    /** Text of fixed size. */
    FIXED_TEXT,
    /** Text of any size. */
    VARIABLE_TEXT,
    /** Lists of bytes of any size, such as encoded images. */
    VARIABLE_BYTES,
    /** Anything else: compounds, references, other enumerations, … */
    OTHER
  }

  /** float32, little-endian. */
  public static final H5Type FLOAT32 = number(Kind.FLOAT, 4, true);

  /** float64, little-endian. */
  public static final H5Type FLOAT64 = number(Kind.FLOAT, 8, true);

  /** int64, little-endian. */
  public static final H5Type INT64 = number(Kind.INTEGER, 8, true);

  /** int32, little-endian. */
  public static final H5Type INT32 = number(Kind.INTEGER, 4, true);

  /** uint8. */
  public static final H5Type UINT8 = number(Kind.INTEGER, 1, false);

  /** FALSE and TRUE in a byte. */
  public static final H5Type BOOLEAN = number(Kind.BOOLEAN, 1, true);

  /** Text of any size, UTF-8. */
  public static final H5Type TEXT = number(Kind.VARIABLE_TEXT, Long.BYTES, false);

  /** An element of that kind and size, little-endian. */
  static H5Type number(Kind kind, int bytes, boolean signed) {
    return new H5Type(kind, bytes, signed, ByteOrder.LITTLE_ENDIAN);
  }

  /** An integer of 1, 2, 4 or 8 bytes, little-endian. */
  public static H5Type integer(int bytes, boolean signed) {
    if (bytes < 1 || bytes > Long.BYTES || Integer.bitCount(bytes) != 1) {
      throw new IllegalArgumentException("no integer has " + bytes + " bytes; expected 1, 2, 4, 8");
    }
    return number(Kind.INTEGER, bytes, signed);
  }

  /** Text of a fixed number of bytes, padded with zeros. */
  public static H5Type fixedText(int bytes) {
    return number(Kind.FIXED_TEXT, bytes, false);
  }

  /** Whether it can be read as numbers: integers, IEEE numbers, booleans. */
  public boolean isNumeric() {
    return kind == Kind.INTEGER || kind == Kind.FLOAT || kind == Kind.BOOLEAN;
  }

  /** Whether it can be read as text. */
  public boolean isText() {
    return kind == Kind.FIXED_TEXT || kind == Kind.VARIABLE_TEXT;
  }

  /** As {@code float64}, {@code uint8}, {@code bool}, {@code string}. */
  public String label() {
    return switch (kind) {
      case INTEGER -> (signed ? "int" : "uint") + 8 * bytes;
      case FLOAT -> "float" + 8 * bytes;
      case BOOLEAN -> "bool";
      case FIXED_TEXT, VARIABLE_TEXT -> "string";
      case VARIABLE_BYTES -> "bytes";
      case OTHER -> "other";
    };
  }

  /** As numpy writes it: {@code <f8}, {@code |u1}, {@code |b1}, {@code |S7}, {@code |O}. */
  public String code() {
    return switch (kind) {
      case INTEGER -> mark() + (signed ? "i" : "u") + bytes;
      case FLOAT -> mark() + "f" + bytes;
      case BOOLEAN -> "|b1";
      case FIXED_TEXT -> "|S" + bytes;
      case VARIABLE_TEXT, VARIABLE_BYTES -> "|O";
      case OTHER -> "|V" + bytes;
    };
  }

  private String mark() {
    if (bytes == 1) {
      return "|";
    }
    return order == ByteOrder.BIG_ENDIAN ? ">" : "<";
  }

  @Override
  public String toString() {
    return kind == Kind.OTHER ? "elements of another class (compound, reference, …)" : label();
  }
}

package dev.difftop.hdf5.binding;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.difftop.hdf5.decode.Bits;
import dev.difftop.hdf5.decode.Elements;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.hdf5.value.H5Type.Kind;
import dev.difftop.hdf5.value.Location;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Between {@link H5Type} and the library's datatypes. Everything here runs under the lock. */
public final class Types {
  private Types() {}

  /** Describes a datatype of a file. */
  public static H5Type describe(long type, Location location) {
    int bytes = (int) Math.min(Integer.MAX_VALUE, H5Tget_size(type));
    boolean big = bytes > 1 && H5Tget_order(type) == H5T_ORDER_BE;
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int found = Native.ok(H5Tget_class(type), location, "cannot read the datatype");
    if (found == H5T_INTEGER) {
      return new H5Type(Kind.INTEGER, bytes, H5Tget_sign(type) == H5T_SGN_2, order);
    } else if (found == H5T_FLOAT) {
      return new H5Type(Kind.FLOAT, bytes, true, order);
    } else if (found == H5T_STRING) {
      boolean variable = H5Tis_variable_str(type) > 0;
      return new H5Type(variable ? Kind.VARIABLE_TEXT : Kind.FIXED_TEXT, bytes, false, order);
    } else if (found == H5T_ENUM) {
      return new H5Type(isBoolean(type, bytes) ? Kind.BOOLEAN : Kind.OTHER, bytes, true, order);
    } else if (found == H5T_VLEN && holdsBytes(type)) {
      return new H5Type(Kind.VARIABLE_BYTES, bytes, false, order);
    }
    return new H5Type(Kind.OTHER, bytes, false, order);
  }

  /** Which bits of a number count: for floats, and whatever else, all of them. */
  public static Bits bits(long type, H5Type described) {
    return described.kind() == Kind.INTEGER
        ? new Bits((int) H5Tget_precision(type), H5Tget_offset(type))
        : new Bits(Byte.SIZE * described.bytes(), 0);
  }

  /** Whether {@link Elements} can convert it, once its {@link Bits} are spread. */
  public static boolean isPlain(long type, H5Type described) {
    return switch (described.kind()) {
      case BOOLEAN -> true;
      case INTEGER ->
          described.bytes() <= Long.BYTES
              && Integer.bitCount(described.bytes()) == 1
              && bits(type, described).fit(described.bytes());
      case FLOAT ->
          isOneOf(
                  type,
                  H5T_IEEE_F32LE_g(),
                  H5T_IEEE_F32BE_g(),
                  H5T_IEEE_F64LE_g(),
                  H5T_IEEE_F64BE_g())
              || isHalf(type, described.bytes());
      default -> false;
    };
  }

  private static boolean isOneOf(long type, long... others) {
    return java.util.Arrays.stream(others).anyMatch(other -> H5Tequal(type, other) > 0);
  }

  private static boolean isHalf(long type, int bytes) {
    if (bytes != Short.BYTES || H5Tget_precision(type) != Short.SIZE) {
      return false;
    }
    try (SizeTPointer fields = new SizeTPointer(5)) {
      H5Tget_fields(
          type,
          fields.getPointer(0),
          fields.getPointer(1),
          fields.getPointer(2),
          fields.getPointer(3),
          fields.getPointer(4));
      return fields.get(0) == 15
          && fields.get(1) == 10
          && fields.get(2) == 5
          && fields.get(3) == 0
          && fields.get(4) == 10
          && H5Tget_ebias(type) == 15;
    }
  }

  private static boolean isBoolean(long type, int bytes) {
    return bytes == 1
        && H5Tget_nmembers(type) == 2
        && hasMember(type, "FALSE", 0)
        && hasMember(type, "TRUE", 1);
  }

  private static boolean hasMember(long type, String name, int value) {
    for (int i = 0; i < 2; i++) {
      if (name.equals(memberName(type, i)) && memberValue(type, i) == value) {
        return true;
      }
    }
    return false;
  }

  private static String memberName(long type, int index) {
    BytePointer name = H5Tget_member_name(type, index);
    if (name == null || name.isNull()) {
      return "";
    }
    String text = name.getString();
    H5free_memory(name);
    return text;
  }

  private static int memberValue(long type, int index) {
    try (BytePointer value = new BytePointer(1)) {
      return H5Tget_member_value(type, index, value) < 0 ? -1 : value.get();
    }
  }

  private static boolean holdsBytes(long type) {
    long base = H5Tget_super(type);
    if (base < 0) {
      return false;
    }
    boolean bytes = H5Tget_class(base) == H5T_INTEGER && H5Tget_size(base) == 1;
    H5Tclose(base);
    return bytes;
  }

  /** A new datatype id; the caller closes it. */
  public static long create(H5Type type, Location location) {
    long id =
        switch (type.kind()) {
          case INTEGER -> H5Tcopy(integer(type));
          case FLOAT ->
              H5Tcopy(type.bytes() == Float.BYTES ? H5T_IEEE_F32LE_g() : H5T_IEEE_F64LE_g());
          case BOOLEAN -> booleans();
          case FIXED_TEXT -> fixedText(type.bytes());
          case VARIABLE_TEXT -> variableText();
          default -> throw new IllegalArgumentException("cannot write elements of type " + type);
        };
    return Native.id(id, location, "cannot make the datatype " + type);
  }

  private static long integer(H5Type type) {
    return switch (type.bytes()) {
      case 1 -> type.signed() ? H5T_STD_I8LE_g() : H5T_STD_U8LE_g();
      case 2 -> type.signed() ? H5T_STD_I16LE_g() : H5T_STD_U16LE_g();
      case 4 -> type.signed() ? H5T_STD_I32LE_g() : H5T_STD_U32LE_g();
      default -> type.signed() ? H5T_STD_I64LE_g() : H5T_STD_U64LE_g();
    };
  }

  private static long booleans() {
    long id = H5Tenum_create(H5T_STD_I8LE_g());
    String[] names = {"FALSE", "TRUE"};
    for (int value = 0; value < names.length; value++) {
      try (BytePointer name = Native.text(names[value]);
          BytePointer number = new BytePointer(1)) {
        number.put((byte) value);
        H5Tenum_insert(id, name, number);
      }
    }
    return id;
  }

  private static long fixedText(int bytes) {
    long id = H5Tcopy(H5T_C_S1_g());
    H5Tset_size(id, bytes);
    H5Tset_strpad(id, H5T_STR_NULLPAD);
    return id;
  }

  private static long variableText() {
    long id = H5Tcopy(H5T_C_S1_g());
    H5Tset_size(id, H5T_VARIABLE);
    H5Tset_cset(id, H5T_CSET_UTF8);
    return id;
  }
}

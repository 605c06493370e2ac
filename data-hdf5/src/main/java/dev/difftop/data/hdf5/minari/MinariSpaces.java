package dev.difftop.data.hdf5.minari;

import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.value.H5Type;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes arrays as spaces of Gymnasium, in the words of Minari. */
public final class MinariSpaces {
  private static final double LARGEST_FLOAT = Float.MAX_VALUE;

  private MinariSpaces() {}

  /** Spaces under names, nested where a name is a path. */
  public static final class Tree {
    private final Map<String, Object> parts = new LinkedHashMap<>();

    void add(String path, Map<String, Object> space) {
      int slash = path.indexOf('/');
      if (slash < 0) {
        parts.put(path, space);
      } else {
        Object below = parts.computeIfAbsent(path.substring(0, slash), name -> new Tree());
        ((Tree) below).add(path.substring(slash + 1), space);
      }
    }

    Map<String, Object> document() {
      Map<String, Object> spaces = new LinkedHashMap<>();
      parts.forEach(
          (name, part) -> spaces.put(name, part instanceof Tree tree ? tree.document() : part));
      Map<String, Object> space = new LinkedHashMap<>();
      space.put("type", "Dict");
      space.put("subspaces", spaces);
      return space;
    }
  }

  /** The space of a row: as wide as its numbers go, as how far they were meant to is not known. */
  public static Map<String, Object> of(Rows rows) {
    return switch (rows.type().kind()) {
      case BOOLEAN -> binary(rows);
      case INTEGER -> box(rows, least(rows.type()), most(rows.type()));
      default -> box(rows, -LARGEST_FLOAT, LARGEST_FLOAT);
    };
  }

  private static Map<String, Object> binary(Rows rows) {
    Map<String, Object> space = new LinkedHashMap<>();
    if (rows.rowShape().length == 0) {
      space.put("type", "Discrete");
      space.put("dtype", "int64");
      space.put("start", 0L);
      space.put("n", 2L);
    } else {
      space.put("type", "MultiBinary");
      space.put("n", Document.list(rows.rowShape()));
    }
    return space;
  }

  private static Map<String, Object> box(Rows rows, Object low, Object high) {
    Map<String, Object> box = new LinkedHashMap<>();
    box.put("type", "Box");
    box.put("dtype", rows.type().label());
    box.put("shape", Document.list(rows.rowShape()));
    box.put("low", nested(rows.rowShape(), 0, low));
    box.put("high", nested(rows.rowShape(), 0, high));
    return box;
  }

  private static BigInteger least(H5Type type) {
    return type.signed()
        ? BigInteger.ONE.shiftLeft(Byte.SIZE * type.bytes() - 1).negate()
        : BigInteger.ZERO;
  }

  private static BigInteger most(H5Type type) {
    int bits = Byte.SIZE * type.bytes() - (type.signed() ? 1 : 0);
    return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
  }

  private static Object nested(long[] shape, int axis, Object value) {
    return axis == shape.length
        ? value
        : List.copyOf(
            Collections.nCopies(Math.toIntExact(shape[axis]), nested(shape, axis + 1, value)));
  }
}

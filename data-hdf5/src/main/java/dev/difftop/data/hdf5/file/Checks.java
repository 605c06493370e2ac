package dev.difftop.data.hdf5.file;

import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What every format checks of an array, and how its faults read. */
public final class Checks {
  private Checks() {}

  /**
   * Every dataset below a group, by its path relative to it.
   *
   * @param at the path by which the group is reached; empty for the root
   * @param numbers which of them must be numbers
   */
  public static Map<String, Rows> arrays(
      String at, H5Group group, Format.Look look, Predicate<String> numbers) {
    Map<String, Rows> arrays = new TreeMap<>();
    String prefix = at.isEmpty() ? "" : at + "/";
    group.walk(
        (path, dataset) ->
            arrays.put(path, array(prefix + path, dataset, look, numbers.test(path))));
    return arrays;
  }

  private static Rows array(String path, H5Dataset dataset, Format.Look look, boolean numbers) {
    Rows rows = Rows.of(path, dataset);
    if (rows.count() > look.access().maxRows()) {
      throw dataset.fault(
          Kind.LIMIT_EXCEEDED,
          "has " + rows.count() + " rows; the limit is " + look.access().maxRows());
    }
    if (look.whole()) {
      dataset.checkReadable(H5Slab.all());
    }
    if (numbers && !rows.type().isNumeric()) {
      throw dataset.fault(Kind.TYPE_MISMATCH, "holds " + rows.type() + "; expected numbers");
    }
    return rows;
  }

  /**
   * Names of the episodes of a file in their order: a word and a number. What only starts with the
   * word is an episode if it looks like one.
   *
   * @throws dev.difftop.hdf5.value.H5Exception {@code NAME_MALFORMED} if one does not
   */
  public static List<String> episodeNames(H5File file, String word) {
    List<String> names =
        file.names().stream()
            .filter(name -> name.startsWith(word))
            .sorted(NaturalOrder.INSTANCE)
            .toList();
    for (String name : names) {
      if (!NaturalOrder.isNumbered(name) && !file.has(name + "/actions")) {
        throw file.fault(
            Kind.NAME_MALFORMED,
            name,
            "holds no actions, and its name is not " + word + " with a number");
      }
    }
    return names;
  }

  /** The number of rows that an attribute of an episode states, which must be there. */
  public static void lengthAttribute(H5Group group, String name, long length) {
    long stated = group.requireAttribute(name).asLong();
    if (stated != length) {
      throw group.fault(
          Kind.LENGTH_MISMATCH,
          "attribute %s is %d, but actions has %d rows".formatted(name, stated, length));
    }
  }

  /** The array of that path, which must be there. */
  public static Rows required(H5Group group, Map<String, Rows> arrays, String path) {
    Rows rows = arrays.get(path);
    if (rows == null) {
      throw group.has(path)
          ? group.fault(Kind.TYPE_MISMATCH, path, "is a group; expected a dataset")
          : group.fault(Kind.MISSING_KEY, path, "is not there");
    }
    return rows;
  }

  /** A number of rows. */
  public static void rows(H5Group group, String path, Rows rows, long expected, String why) {
    if (rows.scalar()) {
      throw group.fault(Kind.SHAPE_MISMATCH, path, "has no axes; expected rows");
    } else if (rows.count() != expected) {
      throw group.fault(
          Kind.LENGTH_MISMATCH,
          path,
          "has %d rows; expected %d, as %s".formatted(rows.count(), expected, why));
    }
  }

  /** One number a row: shape (T,) or (T, 1). */
  public static void single(H5Group group, String path, Rows rows) {
    if (rows.rank() < 1 || rows.rank() > 2 || rows.rowElements() != 1) {
      throw group.fault(
          Kind.SHAPE_MISMATCH,
          path,
          "has shape " + Arrays.toString(rows.shape()) + "; expected one number a row");
    }
  }

  /** A vector a row: shape (T, D). */
  public static void vectors(H5Group group, String path, Rows rows) {
    if (rows.rank() != 2) {
      throw group.fault(
          Kind.SHAPE_MISMATCH,
          path,
          "has shape " + Arrays.toString(rows.shape()) + "; expected two axes");
    }
  }

  /** Actions: a vector a row, or the number of a discrete action, shape (T,). */
  public static void actions(H5Group group, Rows rows) {
    boolean discrete = rows.rank() == 1 && rows.type().kind() != H5Type.Kind.FLOAT;
    if (!discrete) {
      vectors(group, "actions", rows);
    }
  }

  /** Whether a path is an array or lies in a group of that name. */
  public static boolean under(String path, String name) {
    return path.equals(name) || path.startsWith(name + "/");
  }

  /** What follows the name in a path; {@code flat} for the array of that name itself. */
  public static String below(String path, String name) {
    return path.equals(name) ? "flat" : path.substring(name.length() + 1);
  }
}

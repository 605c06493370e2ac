package dev.difftop.data.hdf5.file;

import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Episodes of one file agree: the same observations everywhere, and the same feature sizes, after a
 * step as before it. States are left out: simulators lay them out anew for every scene.
 */
public final class Agreement {
  private static final List<String> OBSERVATIONS = List.of("obs", "next_obs", "observations");

  /** What is in front of the path of an observation where it is the one after a step. */
  private static final String NEXT = "next_";

  private Agreement() {}

  /**
   * Compares the episodes.
   *
   * @param place the path of an episode in the file
   */
  public static void check(H5File file, List<Demo> demos, Function<Demo, String> place) {
    Map<String, Rows> first = new LinkedHashMap<>();
    for (Demo demo : demos) {
      demo.arrays()
          .forEach(
              (path, rows) -> {
                if (isCompared(path)) {
                  compare(file, place.apply(demo) + "/" + path, first, path, rows);
                }
              });
    }
    compareNext(file, first);
    requireAll(file, demos, place, first);
  }

  private static void compareNext(H5File file, Map<String, Rows> first) {
    first.forEach(
        (path, rows) -> {
          Rows before = path.startsWith(NEXT) ? first.get(path.substring(NEXT.length())) : null;
          if (before != null) {
            requireSameRows(file, rows.path(), rows, before);
          }
        });
  }

  private static void requireAll(
      H5File file, List<Demo> demos, Function<Demo, String> place, Map<String, Rows> first) {
    for (Demo demo : demos) {
      for (String path : first.keySet()) {
        if (isObservation(path) && !demo.arrays().containsKey(path)) {
          throw file.fault(
              Kind.MISSING_KEY,
              place.apply(demo) + "/" + path,
              "is not there, but other episodes have it");
        }
      }
    }
  }

  private static boolean isObservation(String path) {
    return OBSERVATIONS.stream().anyMatch(name -> Checks.under(path, name));
  }

  private static boolean isCompared(String path) {
    return isObservation(path) || path.startsWith("action");
  }

  private static void compare(
      H5File file, String where, Map<String, Rows> first, String path, Rows rows) {
    Rows other = first.putIfAbsent(path, rows);
    if (other != null) {
      requireSameRows(file, where, rows, other);
    }
  }

  /**
   * Compares the rows of two arrays.
   *
   * @param where the first one in the file
   */
  public static void requireSameRows(H5File file, String where, Rows rows, Rows other) {
    if (!Arrays.equals(other.rowShape(), rows.rowShape())) {
      throw file.fault(
          Kind.SHAPE_MISMATCH,
          where,
          "has rows of shape %s, but %s of %s"
              .formatted(
                  Arrays.toString(rows.rowShape()),
                  other.path(),
                  Arrays.toString(other.rowShape())));
    }
  }
}

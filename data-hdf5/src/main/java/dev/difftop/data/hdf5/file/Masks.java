package dev.difftop.data.hdf5.file;

import dev.difftop.api.DataException;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Filter keys: lists of episodes by name. */
public final class Masks {
  private static final String TRAIN = "train";
  private static final List<String> HELD_OUT = List.of("valid", "val", "validation", "test");
  private static final int MOST_NAMES = 5;

  private Masks() {}

  /** What is odd: filters for training and for validation or tests that share episodes. */
  public static List<String> overlaps(Map<String, List<String>> filters) {
    List<String> warnings = new ArrayList<>();
    for (String train : filters.keySet()) {
      if (!train.equals(TRAIN) && !train.endsWith("_" + TRAIN)) {
        continue;
      }
      String prefix = train.substring(0, train.length() - TRAIN.length());
      for (String other : HELD_OUT) {
        List<String> shared = new ArrayList<>(filters.get(train));
        shared.retainAll(new HashSet<>(filters.getOrDefault(prefix + other, List.of())));
        if (!shared.isEmpty()) {
          warnings.add(
              "filters %s and %s share %d %s, such as %s: validation would be on training data"
                  .formatted(
                      train,
                      prefix + other,
                      shared.size(),
                      shared.size() == 1 ? "episode" : "episodes",
                      String.join(", ", shared.subList(0, Math.min(MOST_NAMES, shared.size())))));
        }
      }
    }
    return warnings;
  }

  /**
   * Compares the names of a filter with the episodes that are there.
   *
   * @throws DataException {@code UNKNOWN_DEMO}
   */
  public static void check(Path file, String key, List<String> names, Collection<String> episodes) {
    Set<String> unknown = new HashSet<>(names);
    unknown.removeAll(new HashSet<>(episodes));
    if (!unknown.isEmpty()) {
      List<String> stated = unknown.stream().sorted(NaturalOrder.INSTANCE).limit(5).toList();
      throw new DataException(
          Kind.UNKNOWN_DEMO.name(),
          file + ":mask/" + key,
          "names %d episodes that are not in the file, such as %s"
              .formatted(unknown.size(), String.join(", ", stated)),
          null);
    }
  }
}

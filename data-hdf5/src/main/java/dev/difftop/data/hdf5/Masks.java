package dev.difftop.data.hdf5;

import dev.difftop.api.DataException;
import dev.difftop.hdf5.H5Exception.Kind;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Filter keys: lists of episodes by name. */
final class Masks {
  private Masks() {}

  /**
   * Compares the names of a filter with the episodes that are there.
   *
   * @throws DataException {@code UNKNOWN_DEMO}
   */
  static void check(Path file, String key, List<String> names, Collection<String> episodes) {
    Set<String> unknown = new HashSet<>(names);
    unknown.removeAll(new HashSet<>(episodes));
    if (!unknown.isEmpty()) {
      List<String> told = unknown.stream().sorted(NaturalOrder.INSTANCE).limit(5).toList();
      throw new DataException(
          Kind.UNKNOWN_DEMO.name(),
          file + ":mask/" + key,
          "names %d episodes that are not in the file, such as %s"
              .formatted(unknown.size(), String.join(", ", told)),
          null);
    }
  }
}

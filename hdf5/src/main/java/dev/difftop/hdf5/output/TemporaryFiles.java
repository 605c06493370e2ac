package dev.difftop.hdf5.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of the hidden files that a writer keeps beside its output: the lock, the draft, the
 * padding. They go when the writer closes; a process that is killed leaves them.
 */
public final class TemporaryFiles {
  private static final Pattern NAME =
      Pattern.compile("\\..+\\.(lock|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.(part|padding))");

  private TemporaryFiles() {}

  static Path lock(Path output) {
    return output.resolveSibling("." + output.getFileName() + ".lock");
  }

  static Path draft(Path output) {
    return unique(output, "part");
  }

  public static Path padding(Path output) {
    return unique(output, "padding");
  }

  private static Path unique(Path output, String kind) {
    return output.resolveSibling(
        ".%s.%s.%s".formatted(output.getFileName(), UUID.randomUUID(), kind));
  }

  /**
   * Removes those of a folder, of every output in it. Only for who owns the folder: no other
   * process may be writing there.
   *
   * @throws IOException if the folder cannot be read, or one cannot be removed
   */
  public static void removeAll(Path folder) throws IOException {
    List<Path> abandoned;
    try (Stream<Path> files = Files.list(folder)) {
      abandoned =
          files.filter(file -> NAME.matcher(file.getFileName().toString()).matches()).toList();
    }
    for (Path file : abandoned) {
      Files.deleteIfExists(file);
    }
  }
}

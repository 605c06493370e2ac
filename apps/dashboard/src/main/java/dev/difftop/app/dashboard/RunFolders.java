package dev.difftop.app.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The run folders below a folder; nothing outside of it can be named. */
final class RunFolders {
  private static final int DEEPEST = 4;

  private final Path root;

  /**
   * Below a folder.
   *
   * @throws IllegalArgumentException if there is none
   */
  RunFolders(Path root) {
    try {
      this.root = root.toRealPath();
    } catch (IOException e) {
      throw new IllegalArgumentException("dashboard: there is no folder " + root, e);
    }
    if (!Files.isDirectory(this.root)) {
      throw new IllegalArgumentException("dashboard: not a folder: " + root);
    }
  }

  Path root() {
    return root;
  }

  /** Names of all runs: paths relative to the folder; {@code .} for the folder itself. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    try (Stream<Path> folders = Files.walk(root, DEEPEST)) {
      folders
          .filter(folder -> !folder.getFileName().toString().startsWith("."))
          .filter(RunFolders::isRun)
          .sorted()
          .forEach(
              folder -> names.add(folder.equals(root) ? "." : root.relativize(folder).toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private static boolean isRun(Path folder) {
    return Files.isRegularFile(folder.resolve("config.yaml"))
        && Files.isRegularFile(folder.resolve("manifest.json"));
  }

  /**
   * The folder of a name.
   *
   * @throws Refusal if it is not a run below the folder, links resolved
   */
  Path resolve(String name) {
    if (name == null || name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new Refusal(404, "name a run");
    }
    try {
      Path folder = root.resolve(name).toRealPath();
      if (folder.startsWith(root) && isRun(folder)) {
        return folder;
      }
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw new Refusal(404, "no such run");
    }
    throw new Refusal(404, "no such run");
  }

  /**
   * A file of a run.
   *
   * @throws Refusal if it is missing, or a link
   */
  Path file(String run, String name) {
    Path file = resolve(run).resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new Refusal(404, "the run has no " + name);
    }
    return file;
  }
}

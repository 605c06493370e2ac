package dev.difftop.app.dashboard;

import dev.difftop.app.experiments.sweep.Ledger;
import dev.difftop.learning.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** The run folders below a folder; nothing outside of it can be named. */
final class RunFolders {
  private static final int DEEPEST = 4;
  private static final String CHECKPOINTS = "checkpoints";

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

  /**
   * What is below the folder, in the order of its names.
   *
   * @param runs names of runs
   * @param sweeps their folders
   */
  record Found(List<String> runs, List<Path> sweeps) {}

  /** All runs and sweeps. Folders that cannot be read, or vanish meanwhile, are left out. */
  Found find() {
    List<Path> runs = new ArrayList<>();
    List<Path> sweeps = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          EnumSet.noneOf(java.nio.file.FileVisitOption.class),
          DEEPEST + 1,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = folder.getFileName().toString();
              if (!folder.equals(root) && (name.startsWith(".") || name.equals(CHECKPOINTS))) {
                return FileVisitResult.SKIP_SUBTREE;
              }
              if (RunFolder.isRun(folder)) {
                runs.add(folder);
              } else if (Ledger.isIn(folder)) {
                sweeps.add(folder);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException error) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException error) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Found(
        runs.stream().sorted().map(this::name).toList(), sweeps.stream().sorted().toList());
  }

  /** Name of a folder: its path below the root; {@code .} for the root itself. */
  String name(Path folder) {
    return folder.equals(root) ? "." : root.relativize(folder).toString();
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
      if (folder.startsWith(root) && RunFolder.isRun(folder)) {
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

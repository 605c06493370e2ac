package dev.difftop.learning.run;

import dev.difftop.api.DataException;
import dev.difftop.hdf5.output.TemporaryFiles;
import dev.difftop.learning.storage.Checkpoint;
import dev.difftop.learning.storage.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder of a run: {@code config.yaml}, {@code manifest.json}, {@code checkpoints/}, {@code
 * metrics.csv}, {@code evaluations.csv} and what listeners add. It appears whole, with a checkpoint
 * at step 0; texts are written beside their place and renamed. A folder belongs to the process that
 * holds its lock.
 */
public final class RunFolder implements AutoCloseable {
  private static final String LOCK = ".lock";
  private static final String PART = ".part";
  private static final String CONFIG = "config.yaml";

  private final Path folder;
  private final Optional<FileChannel> channel;

  private RunFolder(Path folder, Optional<FileChannel> channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes a folder, whole or not at all.
   *
   * @param fill writes its first files
   * @throws IllegalArgumentException if something is there already
   * @throws UncheckedIOException if it cannot be written; nothing is left then
   */
  public static RunFolder create(Path folder, Consumer<RunFolder> fill) {
    requireFree(folder);
    Path parent = folder.toAbsolutePath().getParent();
    try {
      Files.createDirectories(parent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      Path part = partOf(folder, parent);
      RunFolder made = new RunFolder(part, Optional.of(locked(part)));
      try {
        fill.accept(made);
        Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        return new RunFolder(folder, made.channel);
      } catch (RuntimeException | IOException e) {
        made.close();
        delete(part);
        throw e;
      }
    } catch (IOException e) {
      // Another run may have taken the name meanwhile; file systems say that in several ways.
      requireFree(folder);
      throw new UncheckedIOException(e);
    }
  }

  private static Path partOf(Path folder, Path parent) {
    try {
      removeAbandoned(folder, parent);
      // Not a temporary directory of Java's: those are closed to everybody else.
      return Files.createDirectory(
          parent.resolve("." + folder.getFileName() + PART + UUID.randomUUID()));
    } catch (IOException e) {
      throw new DataException(
          "UNWRITABLE",
          folder.toString(),
          "the run folder cannot be made in %s: %s".formatted(parent, e.getMessage()),
          e);
    }
  }

  /** Removes drafts of this folder whose process was killed: nobody holds their lock. */
  private static void removeAbandoned(Path folder, Path parent) throws IOException {
    List<Path> drafts;
    try (Stream<Path> files = Files.list(parent)) {
      String prefix = "." + folder.getFileName() + PART;
      drafts = files.filter(f -> f.getFileName().toString().startsWith(prefix)).toList();
    }
    for (Path draft : drafts) {
      if (Files.exists(draft.resolve(LOCK)) && isFree(draft)) {
        delete(draft);
      }
    }
  }

  private static boolean isFree(Path folder) throws IOException {
    try {
      locked(folder).close();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static void requireFree(Path folder) {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw occupied(folder);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else if (Files.exists(folder)) {
      throw occupied(folder);
    }
  }

  private static IllegalArgumentException occupied(Path folder) {
    return new IllegalArgumentException(
        "--out: %s is not empty; name another folder, or resume with --resume %s"
            .formatted(folder, folder));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Whether it is a run folder: a configuration and a manifest are there. */
  public static boolean isRun(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIG))
        && Files.isRegularFile(folder.resolve(Manifest.NAME));
  }

  /**
   * A folder to read from.
   *
   * @throws DataException if it is not a run folder; names what is missing
   */
  public static RunFolder open(Path folder) {
    RunFolder run = new RunFolder(folder, Optional.empty());
    if (!Files.isRegularFile(run.config())) {
      throw notARun(folder, CONFIG);
    }
    run.readableCheckpoint();
    return run;
  }

  /**
   * A folder to write to.
   *
   * @throws DataException if it is not a run folder
   * @throws IllegalStateException if another process writes to it
   */
  public static RunFolder openForWriting(Path folder) {
    RunFolder run = open(folder);
    try {
      FileChannel channel = locked(folder);
      // A process that was killed while it saved a checkpoint leaves its draft.
      TemporaryFiles.removeAll(run.latest().getParent());
      return new RunFolder(folder, Optional.of(channel));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataException notARun(Path folder, String missing) {
    return new DataException(
        "MISSING_FILE",
        folder.toString(),
        "not a run folder: %s is missing; name a folder that train wrote".formatted(missing),
        null);
  }

  private static FileChannel locked(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another run of this very process holds it.
    }
    channel.close();
    throw new IllegalStateException(
        "%s: another process is training in this run folder; wait for it, or name another folder"
            .formatted(folder));
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /** The resolved configuration. */
  public Path config() {
    return folder.resolve(CONFIG);
  }

  /** A file in it. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** The newest checkpoint. */
  public Path latest() {
    return folder.resolve("checkpoints").resolve("latest.h5");
  }

  /** The checkpoint before {@link #latest}, in case that one is damaged. */
  public Path previous() {
    return folder.resolve("checkpoints").resolve("previous.h5");
  }

  /** The policy of the best evaluation. */
  public Path best() {
    return folder.resolve("checkpoints").resolve("best.h5");
  }

  /**
   * The newest checkpoint that can be read.
   *
   * @throws DataException if there is none; the reason of the newest one
   */
  public Path readableCheckpoint() {
    DataException first = null;
    for (Path file : List.of(latest(), previous())) {
      if (Files.isRegularFile(file)) {
        try {
          Checkpoint.header(file);
          return file;
        } catch (DataException e) {
          first = first == null ? e : first;
        }
      }
    }
    throw first == null ? notARun(folder, "checkpoints/latest.h5") : first;
  }

  /** Keeps the newest checkpoint as the previous one, then puts a new one in its place. */
  void replaceLatest(Consumer<Path> save) {
    Path next = folder.resolve("checkpoints").resolve("next.h5");
    try {
      Files.createDirectories(next.getParent());
      save.accept(next);
      if (Files.exists(latest())) {
        Files.move(
            latest(),
            previous(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(next, latest(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a small text whole.
   *
   * @throws UncheckedIOException if it cannot be written; what was there is as it was
   */
  public void write(String name, String text) {
    WholeFile.write(folder.resolve(name), text);
  }

  /** Releases the lock. */
  @Override
  public void close() {
    channel.ifPresent(
        open -> {
          try {
            open.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}

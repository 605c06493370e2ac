package dev.difftop.hdf5.output;

import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Exclusive right to write a file of any format. The content is written to a {@link #draft()}
 * beside the file, which takes the file's name by {@link #publish()}; until then, and if it is
 * closed without, an older file stays as it was.
 *
 * <ul>
 *   <li>One writer at a time, over all processes: a second one is refused ({@code FILE_BUSY}). The
 *       lock ends with the process, however it ends.
 *   <li>An existing file is replaced only if the caller says so ({@code FILE_EXISTS}), also if it
 *       appears while the draft is written.
 *   <li>A file that has changed since the lock was taken is not replaced ({@code FILE_CHANGED}).
 *       The finished draft is then kept under a name of its own, which the message states.
 * </ul>
 *
 * <pre>{@code
 * try (OutputFile output = OutputFile.create(path, overwrite)) {
 *   Files.writeString(output.draft(), text);
 *   output.publish();
 * }
 * }</pre>
 */
public final class OutputFile implements AutoCloseable {
  private final Path name;
  private final Path target;
  private final Path draft;
  private final boolean replaces;
  private final OutputLock lock;
  private final Optional<FileState> before;

  private OutputFile(Path name, Path target, boolean replaces, OutputLock lock) {
    this.name = name;
    this.target = target;
    this.replaces = replaces;
    this.lock = lock;
    this.before = FileState.of(target);
    this.draft = TemporaryFiles.draft(target);
  }

  /**
   * Takes the right to write a new file.
   *
   * @param overwrite whether an existing file is replaced
   * @throws H5Exception {@code FILE_EXISTS}, {@code FILE_BUSY}, or {@code WRITE_FAILED} if the
   *     folder is missing or may not be written
   */
  public static OutputFile create(Path file, boolean overwrite) {
    OutputFile output = open(file, overwrite);
    if (!overwrite && Files.exists(output.target, LinkOption.NOFOLLOW_LINKS)) {
      output.close();
      throw exists(file);
    }
    return output;
  }

  /**
   * Takes the right to replace a file by a changed copy. Taken before the file is read, so that the
   * copy is one of what was read.
   *
   * @throws H5Exception {@code UNREADABLE} if it is missing, {@code FILE_BUSY}, {@code
   *     WRITE_FAILED}
   */
  public static OutputFile update(Path file) {
    if (!Files.exists(file)) {
      throw Location.root(file).fault(Kind.UNREADABLE, "there is no such file");
    }
    return open(file, true);
  }

  private static OutputFile open(Path file, boolean replaces) {
    Path target = target(file);
    OutputLock lock = OutputLock.take(file, target);
    try {
      return new OutputFile(file, target, replaces, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** The file that a symbolic link leads to; otherwise the name in its folder. */
  private static Path target(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || folder == null) {
      throw Location.root(file)
          .fault(Kind.WRITE_FAILED, "is a folder; expected the name of a file");
    } else if (!Files.isDirectory(folder)) {
      throw Location.root(file).fault(Kind.WRITE_FAILED, "there is no folder " + folder);
    }
    try {
      return Files.exists(file)
          ? file.toRealPath()
          : folder.toRealPath().resolve(file.getFileName());
    } catch (IOException e) {
      throw H5Exception.writeFailed(file, "cannot be found", e);
    }
  }

  private static H5Exception exists(Path file) {
    return Location.root(file)
        .fault(Kind.FILE_EXISTS, "exists already; pass --overwrite to replace it, or another name");
  }

  /** The file, as the caller named it. */
  public Path file() {
    return name;
  }

  /** Where the content is written; nothing is there yet. */
  public Path draft() {
    return draft;
  }

  /**
   * Gives the draft the file's name, after its bytes have reached the disk.
   *
   * @throws H5Exception {@code FILE_EXISTS} or {@code FILE_CHANGED} if another program wrote the
   *     file meanwhile, {@code WRITE_FAILED}
   */
  public void publish() {
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      if (!FileState.of(target).equals(before)) {
        throw changed();
      } else if (replaces) {
        move(target);
      } else {
        moveToNewName();
      }
    } catch (IOException e) {
      throw H5Exception.writeFailed(name, "cannot be finished", e);
    }
  }

  private void move(Path to) throws IOException {
    try {
      Files.move(draft, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(draft, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** A link is made only if the name is free, in one step; a renamed file would replace another. */
  private void moveToNewName() throws IOException {
    try {
      Files.createLink(target, draft);
      Files.delete(draft);
    } catch (FileAlreadyExistsException e) {
      throw changed();
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A file system without hard links: the lock keeps out every other writer of this kind.
      move(target);
    }
  }

  private H5Exception changed() throws IOException {
    Path kept = keep();
    Kind kind = before.isPresent() ? Kind.FILE_CHANGED : Kind.FILE_EXISTS;
    return Location.root(name)
        .fault(
            kind,
            "was written by another program meanwhile, and is left as it is; what was to replace"
                + " it is "
                + kept);
  }

  private Path keep() throws IOException {
    String file = target.getFileName().toString();
    int dot = file.lastIndexOf('.');
    String stem = dot > 0 ? file.substring(0, dot) : file;
    String ending = dot > 0 ? file.substring(dot) : "";
    for (int i = 1; ; i++) {
      Path kept = target.resolveSibling(stem + "-unsaved-" + i + ending);
      if (!Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(draft, kept);
        return kept;
      }
    }
  }

  /** Removes a draft that was not published, and gives the lock back. Twice does no harm. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException e) {
      throw H5Exception.writeFailed(name, "cannot remove " + draft, e);
    } finally {
      lock.close();
    }
  }
}

package dev.difftop.hdf5;

import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.bytedeco.hdf5.global.hdf5.H5F_OBJ_ALL;
import static org.bytedeco.hdf5.global.hdf5.H5F_SCOPE_GLOBAL;
import static org.bytedeco.hdf5.global.hdf5.H5Fflush;
import static org.bytedeco.hdf5.global.hdf5.H5Fget_obj_count;

import dev.difftop.hdf5.H5Exception.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.bytedeco.hdf5.global.hdf5;

/**
 * An open file, and its root group. Closing it closes everything opened from it.
 *
 * <p>A file that is written lies beside its final name until {@link #commit()}; closed without it,
 * what was written is thrown away and an older file of that name stays as it was.
 */
public final class H5File extends H5Group {
  private final Path target;
  private final Path beside;
  private final Ballast ballast;

  private H5File(Session session, Handle root, Path target, Path beside, Ballast ballast) {
    super(session, root, Place.root(target));
    this.target = target;
    this.beside = beside;
    this.ballast = ballast;
  }

  /** Opens a file for reading, with {@link H5Access#careful()}. */
  public static H5File open(Path file) {
    return open(file, H5Access.careful());
  }

  /** Opens a file for reading. */
  public static H5File open(Path file, H5Access access) {
    return Native.call(
        () -> {
          Session session = Session.open(file, file, access);
          return new H5File(session, root(session), file, null, null);
        });
  }

  /** Starts a new file, which gets its name by {@link #commit()}. */
  public static H5File create(Path file) {
    return write(file, beside(file), Session.Mode.CREATE);
  }

  /** As {@link #create}; groups that are made by {@link #createGroup} keep the order of members. */
  public static H5File createOrdered(Path file) {
    return write(file, beside(file), Session.Mode.CREATE_ORDERED);
  }

  /** Starts a changed copy of a file, which takes its place by {@link #commit()}. */
  public static H5File edit(Path file) {
    open(file).close();
    Path copy = beside(file);
    try {
      Files.copy(file, copy);
    } catch (IOException e) {
      remove(file, copy);
      throw new H5Exception(Kind.WRITE_FAILED, file, "", "cannot be copied beside: " + e, e);
    }
    return write(file, copy, Session.Mode.EDIT);
  }

  private static H5File write(Path file, Path beside, Session.Mode mode) {
    Ballast ballast = new Ballast(file, beside.getParent());
    try {
      return Native.call(
          () -> {
            Session session = Session.write(file, beside, mode, ballast);
            return new H5File(session, root(session), file, beside, ballast);
          });
    } catch (RuntimeException e) {
      ballast.drop();
      remove(file, beside);
      throw e;
    }
  }

  private static Handle root(Session session) {
    try {
      return session.own(session.openRoot(), hdf5::H5Oclose);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** A name in the same folder that nobody else uses, so that renaming stays in one file system. */
  private static Path beside(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw Place.root(file).fault(Kind.WRITE_FAILED, "the folder " + folder + " is not there");
    } else if (Files.isDirectory(file)) {
      throw Place.root(file).fault(Kind.WRITE_FAILED, "is a folder; expected the name of a file");
    }
    return folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
  }

  /** The file's name. */
  public Path file() {
    return target;
  }

  /**
   * Gives a written file its name, after all its bytes have reached the disk, and closes it.
   *
   * @throws H5Exception {@code WRITE_FAILED}; an older file is then untouched
   * @throws IllegalStateException if it was opened for reading, or is closed
   */
  public void commit() {
    if (beside == null) {
      throw new IllegalStateException(target + " was opened for reading");
    }
    try {
      Native.run(this::finish);
      try (FileChannel channel = FileChannel.open(beside, WRITE)) {
        channel.force(true);
      }
      rename();
    } catch (IOException e) {
      throw new H5Exception(Kind.WRITE_FAILED, target, "", "cannot be finished: " + e, e);
    } finally {
      close();
    }
  }

  private void finish() {
    boolean flushed = H5Fflush(session().id(), H5F_SCOPE_GLOBAL) >= 0;
    H5Exception fault =
        flushed ? null : ErrorStack.fault(place(), "cannot be flushed", Kind.WRITE_FAILED);
    ballast.drop();
    if (session().close() < 0 && flushed) {
      fault = ErrorStack.fault(place(), "cannot be closed", Kind.WRITE_FAILED);
    }
    if (fault != null) {
      throw fault;
    }
  }

  private void rename() throws IOException {
    try {
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Closes the file; what was written without {@link #commit()} is thrown away. */
  @Override
  public void close() {
    if (beside != null) {
      ballast.drop();
    }
    Native.run(() -> session().close());
    if (beside != null) {
      remove(target, beside);
    }
  }

  /** After a failed write the library may hold the file open for good: empty it first. */
  private static void remove(Path name, Path file) {
    try {
      if (Files.exists(file)) {
        FileChannel.open(file, WRITE, TRUNCATE_EXISTING).close();
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new H5Exception(Kind.WRITE_FAILED, name, "", "cannot remove " + file + ": " + e, e);
    }
  }

  /**
   * How many objects the library holds open in the whole process: files, groups, datasets,
   * datatypes, attributes. The library's own count from the start on; compare with a baseline.
   */
  public static long openObjects() {
    return Native.call(() -> H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL));
  }
}

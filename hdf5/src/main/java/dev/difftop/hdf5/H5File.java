package dev.difftop.hdf5;

import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.bytedeco.hdf5.global.hdf5.H5F_OBJ_ALL;
import static org.bytedeco.hdf5.global.hdf5.H5F_SCOPE_GLOBAL;
import static org.bytedeco.hdf5.global.hdf5.H5Fflush;
import static org.bytedeco.hdf5.global.hdf5.H5Fget_obj_count;

import dev.difftop.hdf5.binding.ErrorStack;
import dev.difftop.hdf5.binding.Handle;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.binding.PaddingBuffer;
import dev.difftop.hdf5.binding.Session;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.hdf5.value.H5Access;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.hdf5.global.hdf5;

/**
 * An open file, and its root group. Closing it closes everything opened from it.
 *
 * <p>A file that is written is an {@link OutputFile}: it lies beside its final name until {@link
 * #commit()}; closed without it, what was written is thrown away and an older file stays as it was.
 */
public final class H5File extends H5Group {
  private final Path name;
  private final OutputFile output;
  private final PaddingBuffer padding;

  private H5File(
      Session session, Handle root, Path name, OutputFile output, PaddingBuffer padding) {
    super(session, root, Location.root(name));
    this.name = name;
    this.output = output;
    this.padding = padding;
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

  /**
   * Starts a new file, which gets its name by {@link #commit()} and then replaces an older one.
   *
   * @throws H5Exception as {@link OutputFile#create} does
   */
  public static H5File create(Path file) {
    return create(OutputFile.create(file, true));
  }

  /** Starts the content of an output file, which it owns from now on. */
  public static H5File create(OutputFile output) {
    return write(output, Session.Mode.CREATE);
  }

  /** As {@link #create}; groups that are made by {@link #createGroup} keep the order of members. */
  public static H5File createOrdered(OutputFile output) {
    return write(output, Session.Mode.CREATE_ORDERED);
  }

  /** Starts a changed copy of a file, which takes its place by {@link #commit()}. */
  public static H5File edit(Path file) {
    return edit(OutputFile.update(file));
  }

  /**
   * As above, of a file that has been read before.
   *
   * @param output from {@link OutputFile#update}, taken before anything was read that decides on
   *     the changes; owned by the file from now on
   */
  public static H5File edit(OutputFile output) {
    try {
      open(output.file()).close();
      Files.copy(output.file(), output.draft());
    } catch (IOException e) {
      output.close();
      throw H5Exception.writeFailed(output.file(), "cannot be copied beside", e);
    } catch (RuntimeException e) {
      output.close();
      throw e;
    }
    return write(output, Session.Mode.EDIT);
  }

  private static H5File write(OutputFile output, Session.Mode mode) {
    PaddingBuffer padding = null;
    try {
      PaddingBuffer made = new PaddingBuffer(output.file(), output.draft().getParent());
      padding = made;
      return Native.call(
          () -> {
            Session session = Session.write(output.file(), output.draft(), mode, made);
            return new H5File(session, root(session), output.file(), output, made);
          });
    } catch (RuntimeException e) {
      if (padding != null) {
        padding.drop();
      }
      discard(output);
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

  /** The file's name. */
  public Path file() {
    return name;
  }

  /**
   * Gives a written file its name, after all its bytes have reached the disk, and closes it.
   *
   * @throws H5Exception {@code WRITE_FAILED}, {@code FILE_EXISTS} or {@code FILE_CHANGED}; an older
   *     file is then untouched
   * @throws IllegalStateException if it was opened for reading, or is closed
   */
  public void commit() {
    if (output == null) {
      throw new IllegalStateException(name + " was opened for reading");
    }
    try {
      Native.run(this::finish);
      output.publish();
    } finally {
      close();
    }
  }

  private void finish() {
    // What is left to be written is less than the padding had.
    padding.drop();
    boolean flushed = H5Fflush(session().id(), H5F_SCOPE_GLOBAL) >= 0;
    H5Exception fault =
        flushed ? null : ErrorStack.fault(location(), "cannot be flushed", Kind.WRITE_FAILED);
    if (session().close() < 0 && flushed) {
      fault = ErrorStack.fault(location(), "cannot be closed", Kind.WRITE_FAILED);
    }
    if (fault != null) {
      throw fault;
    }
  }

  /** Closes the file; what was written without {@link #commit()} is thrown away. */
  @Override
  public void close() {
    if (output != null) {
      padding.drop();
    }
    Native.run(() -> session().close());
    if (output != null) {
      discard(output);
    }
  }

  /** After a failed write the library may hold the file open for good: empty it first. */
  private static void discard(OutputFile output) {
    try {
      if (Files.exists(output.draft())) {
        FileChannel.open(output.draft(), WRITE, TRUNCATE_EXISTING).close();
      }
    } catch (IOException e) {
      throw H5Exception.writeFailed(output.file(), "cannot remove " + output.draft(), e);
    } finally {
      output.close();
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

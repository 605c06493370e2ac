package dev.difftop.hdf5.value;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A fault of a file: its kind, the file, the path inside it, what was found and what to do. */
public final class H5Exception extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** The file is missing, not a file, or may not be read. */
    UNREADABLE,
    /** No HDF5 signature. */
    NOT_HDF5,
    /** The file is shorter than its superblock says. */
    TRUNCATED,
    /** A checksum, a filter or the structure inside the file is damaged. */
    CORRUPT,
    /** A writer left its consistency flags behind. */
    NOT_CLEANLY_CLOSED,
    /** A required group, dataset or attribute is absent. */
    MISSING_KEY,
    /** Another kind of object or another class of datatype. */
    TYPE_MISMATCH,
    /** Another rank or another feature size. */
    SHAPE_MISMATCH,
    /** Another number of rows than a sibling or an attribute says. */
    LENGTH_MISMATCH,
    /** Larger than the limits of {@link H5Access}. */
    LIMIT_EXCEEDED,
    /** A link that leads nowhere. */
    LINK_BROKEN,
    /** A group that contains itself. */
    LINK_CYCLE,
    /** Data in another file, which {@link H5Access} does not allow. */
    EXTERNAL_REFUSED,
    /** A feature of the format that is known and not supported. */
    UNSUPPORTED,
    /** A filter (compression) that is not available. */
    UNSUPPORTED_FILTER,
    /** An attribute or JSON text whose content is invalid. */
    BAD_METADATA,
    /** A filter key names an episode that does not exist. */
    UNKNOWN_DEMO,
    /** A group's name is not of the expected form. */
    NAME_MALFORMED,
    /** The file cannot be written: no space, no permission. */
    WRITE_FAILED,
    /** There is a file of the name of a new one. */
    FILE_EXISTS,
    /** Another writer has the file. */
    FILE_BUSY,
    /** A file to be replaced is no longer the one that was read. */
    FILE_CHANGED
  }

  private final Kind kind;
  private final transient Path file;
  private final String path;
  private final String detail;

  /**
   * A fault.
   *
   * @param kind what is wrong
   * @param file the file
   * @param path the path inside it, without a leading slash; empty for the file itself
   * @param detail what was found, what was expected, what to do
   */
  public H5Exception(Kind kind, Path file, String path, String detail) {
    this(kind, file, path, detail, null);
  }

  /** As above, with a cause. */
  public H5Exception(Kind kind, Path file, String path, String detail, Throwable cause) {
    super(where(file, path) + ": " + detail, cause);
    this.kind = kind;
    this.file = file;
    this.path = path;
    this.detail = detail;
  }

  /**
   * {@code WRITE_FAILED}: what is wrong with the file system, in words rather than as Java puts it.
   *
   * @param what what cannot be done, such as {@code cannot be finished}
   */
  public static H5Exception writeFailed(Path file, String what, IOException cause) {
    String reason = cause.getMessage();
    if (cause instanceof AccessDeniedException denied) {
      reason = "permission denied: " + denied.getFile();
    } else if (cause instanceof FileSystemException system && system.getReason() != null) {
      reason = system.getReason();
    }
    return new H5Exception(Kind.WRITE_FAILED, file, "", what + ": " + reason, cause);
  }

  private static String where(Path file, String path) {
    return path.isEmpty() ? file.toString() : file + ":" + path;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** The path inside the file, without a leading slash; empty for the file itself. */
  public String path() {
    return path;
  }

  /** The file and, after a colon, the path inside it. */
  public String where() {
    return where(file, path);
  }

  /** What was found, what was expected, what to do; without the place. */
  public String detail() {
    return detail;
  }
}

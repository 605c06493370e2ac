package dev.difftop.hdf5.value;

/**
 * How far a file is trusted. Limits are checked in 64-bit arithmetic before anything is allocated.
 *
 * @param maxBytes most bytes of one read, of one chunk and of one attribute, decoded
 * @param maxRows most rows (size of the first axis) of one read
 * @param maxLinkDepth most soft or external links that may follow one another, and deepest nesting
 *     of a group that is walked
 * @param maxObjects most members of a group and most objects of a walk
 * @param external what to do with data that lies in other files
 */
public record H5Access(
    long maxBytes, long maxRows, int maxLinkDepth, long maxObjects, External external) {

  /** What to do with external links, external raw storage and virtual datasets. */
  public enum External {
    /** Refuse them. */
    REFUSE,
    /** Follow them to files in the folder of the file or below, after resolving symbolic links. */
    SAME_FOLDER
  }

  private static final H5Access CAREFUL =
      new H5Access(2L << 30, Integer.MAX_VALUE, 32, 1_000_000, External.REFUSE);

  /** Refuses what cannot be held. */
  public H5Access {
    if (maxBytes < 1 || maxRows < 1 || maxLinkDepth < 1 || maxObjects < 1) {
      throw new IllegalArgumentException(
          "limits must be positive; found maxBytes %d, maxRows %d, maxLinkDepth %d, maxObjects %d"
              .formatted(maxBytes, maxRows, maxLinkDepth, maxObjects));
    }
  }

  /** The default: 2 GiB, 2^31 - 1 rows, depth 32, a million objects, nothing external. */
  public static H5Access careful() {
    return CAREFUL;
  }

  /** The same with another limit of bytes. */
  public H5Access withMaxBytes(long bytes) {
    return new H5Access(bytes, maxRows, maxLinkDepth, maxObjects, external);
  }

  /** The same with another limit of rows. */
  public H5Access withMaxRows(long rows) {
    return new H5Access(maxBytes, rows, maxLinkDepth, maxObjects, external);
  }

  /** The same with another answer to data in other files. */
  public H5Access withExternal(External answer) {
    return new H5Access(maxBytes, maxRows, maxLinkDepth, maxObjects, answer);
  }
}

package dev.difftop.hdf5.binding;

import dev.difftop.hdf5.output.TemporaryFiles;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file beside a file that is being written, removed before that is closed. Where the library
 * cannot write back what it still holds, it keeps its file open for good and breaks down when the
 * process ends. The padding prevents that: its zeros reserve space that closing needs, on a disk
 * that is nearly full; and the padding is always made at least as long as the file is going to be,
 * without using disk space, which fails where the system forbids a file to be so large ({@code
 * ulimit -f}, some file systems).
 */
public final class PaddingBuffer {
  /** What the library may still hold when it closes a file. */
  private static final long MOST_ZEROS = 4 << 20;

  private static final long LEAST_ZEROS = 1 << 18;

  /** More than the headers, lists and trees that come with any one write. */
  private static final long MARGIN = 1 << 20;

  /** So much at once, as asking for every single write would take long. */
  private static final long STEP = 64 << 20;

  private final Path name;
  private final Path file;
  private long zeros;
  private long length;

  /**
   * Reserves the padding.
   *
   * @param name the file to be written, for messages
   * @throws H5Exception {@code WRITE_FAILED} if there is no space even for that
   */
  public PaddingBuffer(Path name, Path folder) {
    this.name = name;
    this.file = TemporaryFiles.padding(folder.resolve(name.getFileName()));
    try {
      prepare(Location.root(name), 0);
    } catch (H5Exception e) {
      drop();
      throw e;
    }
  }

  /**
   * Makes sure that the file may grow.
   *
   * @param location what is about to be written, for messages
   * @param size bytes of the file afterwards, apart from headers
   * @throws H5Exception {@code WRITE_FAILED} if it may not, or there is no space
   */
  void prepare(Location location, long size) {
    long wanted = Math.min(MOST_ZEROS, Math.max(LEAST_ZEROS, 2 * Long.highestOneBit(size)));
    if (wanted <= zeros && size + MARGIN <= length) {
      return;
    }
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      if (wanted > zeros) {
        open.seek(zeros);
        open.write(new byte[(int) (wanted - zeros)]);
        zeros = wanted;
      }
      lengthen(open, size + MARGIN);
    } catch (IOException e) {
      throw new H5Exception(
          Kind.WRITE_FAILED,
          location.file(),
          location.path(),
          "cannot be written: the file cannot grow to %d bytes (%s); free some space, or raise the limit"
              .formatted(size + MARGIN, e.getMessage()),
          e);
    }
  }

  private void lengthen(RandomAccessFile open, long needed) throws IOException {
    try {
      open.setLength(needed + STEP);
      length = needed + STEP;
    } catch (IOException e) {
      // Near the limit this one may still fit.
      open.setLength(needed);
      length = needed;
    }
  }

  /** Frees the space. Idempotent. */
  public void drop() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new H5Exception(Kind.WRITE_FAILED, name, "", "cannot remove " + file + ": " + e, e);
    }
  }
}

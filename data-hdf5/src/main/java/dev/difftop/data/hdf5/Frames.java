package dev.difftop.data.hdf5;

import dev.difftop.hdf5.H5Chunk;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5Exception;
import dev.difftop.hdf5.H5Exception.Kind;
import dev.difftop.hdf5.H5Storage;
import dev.difftop.hdf5.H5Storage.Layout;
import dev.difftop.hdf5.H5Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Rows of compressed bytes (images). The library would inflate one chunk after another under its
 * lock; here only the stored chunks are fetched under the lock, and several threads inflate them.
 */
final class Frames {
  private static final int DEFLATE = 1;

  private final String path;
  private final long[] shape;
  private final long[] chunk;
  private final long from;
  private final int count;
  private final List<Piece> pieces = new ArrayList<>();

  /**
   * A stored chunk and where it belongs.
   *
   * @param start index of its first element
   * @param stored what is in the file; null if nothing was ever written
   */
  private record Piece(long[] start, H5Chunk stored) {}

  /** Fetches the chunks that hold these rows. The dataset may be closed afterwards. */
  Frames(H5Dataset dataset, long from, int count) {
    this.path = dataset.path();
    this.shape = dataset.shape();
    this.chunk = dataset.storage().chunk();
    this.from = from;
    this.count = count;
    long[] start = new long[shape.length];
    start[0] = from / chunk[0] * chunk[0];
    fetch(dataset, start, 0);
  }

  private void fetch(H5Dataset dataset, long[] start, int axis) {
    if (axis == shape.length) {
      Optional<H5Chunk> stored = dataset.readChunk(start);
      stored.ifPresent(bytes -> pieces.add(new Piece(start.clone(), bytes)));
      return;
    }
    long end = axis == 0 ? from + count : shape[axis];
    long first = start[axis];
    for (long at = first; at < end; at += chunk[axis]) {
      start[axis] = at;
      fetch(dataset, start, axis + 1);
    }
    start[axis] = first;
  }

  /** Whether rows of a dataset can be read so: bytes, chunked, nothing but deflate. */
  static boolean suits(H5Dataset dataset) {
    H5Storage storage = dataset.storage();
    return dataset.type().equals(H5Type.UINT8)
        && storage.layout() == Layout.CHUNKED
        && storage.filters().size() == 1
        && storage.filters().get(0).id() == DEFLATE
        && dataset.fillsWithZeros();
  }

  /**
   * Inflates the chunks into the rows; what was never written stays as it is.
   *
   * @throws H5Exception {@code CORRUPT} if a chunk does not inflate to its size
   */
  void inflate(Path file, byte[] rows) {
    pieces.parallelStream()
        .forEach(
            piece -> {
              byte[] bytes = piece.stored().bytes();
              boolean plain = (piece.stored().skipped() & 1) != 0;
              scatter(piece.start(), plain ? bytes : inflated(file, bytes), rows);
            });
  }

  private byte[] inflated(Path file, byte[] bytes) {
    long size = 1;
    for (long along : chunk) {
      size *= along;
    }
    byte[] out = new byte[Math.toIntExact(size)];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes);
      int n = inflater.inflate(out);
      // One more call lets it compare the checksum behind the last byte.
      if (n != out.length || (!inflater.finished() && inflater.inflate(new byte[1]) != 0)) {
        throw new DataFormatException("inflates to another size");
      }
      return out;
    } catch (DataFormatException e) {
      throw new H5Exception(
          Kind.CORRUPT, file, path, "has a chunk that does not inflate: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  /** Copies the part of a chunk that lies in the rows, a run along the last axes at a time. */
  private void scatter(long[] start, byte[] bytes, byte[] rows) {
    int run = shape.length - 1;
    while (run > 1 && chunk[run] == shape[run]) {
      run--;
    }
    copy(start, bytes, rows, 0, 0, 0, run);
  }

  private void copy(
      long[] start, byte[] bytes, byte[] rows, int axis, long source, long target, int run) {
    long low = axis == 0 ? Math.max(start[0], from) : start[axis];
    long end = axis == 0 ? from + count : shape[axis];
    long high = Math.min(start[axis] + chunk[axis], end);
    long origin = axis == 0 ? from : 0;
    long sourceStart = source * chunk[axis] + (low - start[axis]);
    long targetStart = target * (axis == 0 ? count : shape[axis]) + (low - origin);
    if (axis == run) {
      long inner = 1;
      for (int i = axis + 1; i < shape.length; i++) {
        inner *= shape[i];
      }
      System.arraycopy(
          bytes,
          (int) (sourceStart * inner),
          rows,
          (int) (targetStart * inner),
          (int) ((high - low) * inner));
      return;
    }
    for (long i = 0; i < high - low; i++) {
      copy(start, bytes, rows, axis + 1, sourceStart + i, targetStart + i, run);
    }
  }
}

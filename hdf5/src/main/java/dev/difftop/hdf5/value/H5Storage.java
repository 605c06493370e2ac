package dev.difftop.hdf5.value;

import java.util.Arrays;
import java.util.List;

/**
 * How a dataset lies in its file.
 *
 * @param layout in one piece, in chunks, …
 * @param chunk shape of a chunk; empty unless chunked
 * @param filters what chunks pass through when written, in this order
 * @param growing whether the first axis may grow without limit
 */
public record H5Storage(Layout layout, long[] chunk, List<Filter> filters, boolean growing) {
  /** Layouts of HDF5. */
  public enum Layout {
    /** Inside the object's header. */
    COMPACT,
    /** In one piece. */
    CONTIGUOUS,
    /** In chunks, possibly compressed. */
    CHUNKED,
    /** Put together from other datasets. */
    VIRTUAL
  }

  /**
   * One filter.
   *
   * @param id number of the filter, registered with the HDF Group
   * @param name its name, such as {@code deflate}
   * @param parameters its parameters; for deflate the level
   * @param available whether it can be read here
   */
  public record Filter(int id, String name, List<Integer> parameters, boolean available) {
    /** Its first parameter, 0 if it has none. */
    public int parameter() {
      return parameters.isEmpty() ? 0 : parameters.get(0);
    }
  }

  private static final int DEFLATE = 1;
  private static final int MOST_DEFLATE = 9;

  /** In one piece, uncompressed: what small and low-dimensional arrays want. */
  public static H5Storage contiguous() {
    return new H5Storage(Layout.CONTIGUOUS, new long[0], List.of(), false);
  }

  /** In chunks of that shape; a whole frame (or a few) of images. */
  public static H5Storage chunked(long... chunk) {
    return new H5Storage(Layout.CHUNKED, chunk.clone(), List.of(), false);
  }

  /** The same, compressed with deflate of level 0 to 9. */
  public H5Storage gzip(int level) {
    if (layout != Layout.CHUNKED || level < 0 || level > MOST_DEFLATE) {
      throw new IllegalArgumentException(
          "deflate needs chunks and a level of 0 to 9; found " + layout + ", level " + level);
    }
    return new H5Storage(
        layout, chunk, List.of(new Filter(DEFLATE, "deflate", List.of(level), true)), growing);
  }

  /** The same, with a first axis that can grow by {@code H5Dataset.resize}. */
  public H5Storage unlimited() {
    if (layout != Layout.CHUNKED) {
      throw new IllegalArgumentException("only a chunked dataset can grow; found " + layout);
    }
    return new H5Storage(layout, chunk, filters, true);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof H5Storage s
        && layout == s.layout
        && growing == s.growing
        && Arrays.equals(chunk, s.chunk)
        && filters.equals(s.filters);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(chunk) + filters.hashCode();
  }
}

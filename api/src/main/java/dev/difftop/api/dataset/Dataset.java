package dev.difftop.api.dataset;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.List;
import java.util.Map;

/**
 * Demonstrations: episodes of named arrays whose first axis is time. Reading is safe from several
 * threads. It may own a file: close it.
 */
public interface Dataset extends AutoCloseable {
  /**
   * One episode.
   *
   * @param name as in the file, such as {@code demo_3}
   * @param length T, the number of actions
   */
  record Episode(String name, int length) {}

  /**
   * One named array of every episode.
   *
   * @param shape shape of one row, without time
   * @param dtype what reading gives: float32 for numbers, uint8 for images
   */
  record Field(Shape shape, DType dtype) {}

  /** The episodes in their natural order ({@code demo_2} before {@code demo_10}). */
  List<Episode> episodes();

  /**
   * What each episode has: {@code actions}, {@code rewards}, {@code obs/NAME}, … in the order of
   * the file.
   */
  Map<String, Field> fields();

  /** The file or folder it is read from, for messages; by default the name of its class. */
  default String location() {
    return getClass().getSimpleName();
  }

  /**
   * What is odd about the whole dataset and no error, as known without reading its arrays: filters
   * that overlap, episodes that are listed and missing. {@link DatasetWarnings} adds what the
   * numbers show.
   */
  default List<String> warnings() {
    return List.of();
  }

  /** Facts about the whole dataset as text: {@code env_args} as JSON, and the like. */
  Map<String, String> attributes();

  /**
   * Rows {@code from} to {@code from + count} of a field of an episode.
   *
   * @param episode index into {@link #episodes()}
   * @param field a key of {@link #fields()}
   * @return shape (count, …)
   * @throws DataException on a fault of the file
   * @throws IllegalArgumentException on a field, episode or row that is not there
   */
  Array read(int episode, String field, int from, int count);

  /**
   * Reads rows into a larger array: what fills batches. A dataset that can do so without making an
   * array of its own does.
   *
   * @param into of the field's dtype
   * @param offset the element of {@code into} that the first one goes to
   * @throws DataException on a fault of the file; {@code into} may then hold some of the rows
   * @throws IllegalArgumentException as {@link #read(int, String, int, int)} does, and if {@code
   *     into} has another dtype or is too short
   */
  default void read(int episode, String field, int from, int count, Array into, int offset) {
    Windows.copyAll(read(episode, field, from, count), into, offset);
  }

  /**
   * How large it is, known before any array is read.
   *
   * @param numberBytes of all numbers as float32
   * @param pictureBytes of all images, decoded
   * @param keptBytes what of the numbers is going to be kept in memory once it has been read
   */
  record Size(long numberBytes, long pictureBytes, long keptBytes) {
    private static final double MEGA = 1e6;

    /** Such as {@code 12.8 MB of numbers, kept in memory, and 846.7 MB of images, read by part}. */
    @Override
    public String toString() {
      String kept =
          keptBytes == numberBytes
              ? "kept in memory"
              : keptBytes == 0 ? "read by part" : megabytes(keptBytes) + " kept in memory";
      String numbers = megabytes(numberBytes) + " of numbers, " + kept;
      return pictureBytes == 0
          ? numbers
          : numbers + ", and " + megabytes(pictureBytes) + " of images, read by part";
    }

    private static String megabytes(long bytes) {
      return String.format(java.util.Locale.ROOT, "%.1f MB", bytes / MEGA);
    }
  }

  /** How large it is; by default as if nothing were kept. */
  default Size size() {
    long rows = episodes().stream().mapToLong(Episode::length).sum();
    long numbers = 0;
    long pictures = 0;
    for (Field field : fields().values()) {
      long elements = rows * field.shape().size();
      numbers += field.dtype() == DType.UINT8 ? 0 : elements * Float.BYTES;
      pictures += field.dtype() == DType.UINT8 ? elements : 0;
    }
    return new Size(numbers, pictures, 0);
  }

  @Override
  void close();

  /** Writes demonstrations, an episode at a time. */
  interface Writer extends AutoCloseable {
    /**
     * Appends an episode.
     *
     * @param arrays named as in {@link Dataset#fields()}, first axis T for all
     */
    void append(Map<String, Array> arrays);

    /**
     * Sets a fact about the whole dataset, as {@link Dataset#attributes()} states it; an older one
     * of that name is replaced.
     */
    default void attribute(String name, String value) {
      throw new UnsupportedOperationException("this writer keeps no attributes; found " + name);
    }

    /**
     * Throws away what was written: nothing is left of it, and an older file stays as it was.
     * Closing afterwards does nothing.
     */
    void abandon();

    /**
     * Finishes the file: it takes its final name only now, so a killed writer leaves an older file
     * untouched.
     */
    @Override
    void close();
  }
}

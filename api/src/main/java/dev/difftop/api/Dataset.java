package dev.difftop.api;

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

package dev.difftop.api.dataset;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Windows of consecutive rows over the episodes of a dataset, numbered from 0: arithmetic only,
 * nothing is copied. The window at step i of an episode of T rows covers rows {@code i - (K - 1)}
 * to {@code i + L - 1}; rows before the first and after the last one repeat the first and the last.
 */
public final class Windows {
  /**
   * What a window is.
   *
   * @param length L, rows from the step on
   * @param frameStack K, rows up to the step
   * @param padStart whether a window may begin before the first row
   * @param padEnd whether a window may end after the last row
   */
  public record Rule(int length, int frameStack, boolean padStart, boolean padEnd) {
    private static final int MOST_ROWS = 1 << 30;

    /** Refuses sizes below 1. */
    public Rule {
      if (length < 1 || frameStack < 1 || (long) length + frameStack > MOST_ROWS) {
        throw new IllegalArgumentException(
            "length and frame stack must be at least 1, and at most %d together; found %d, %d"
                .formatted(MOST_ROWS, length, frameStack));
      }
    }

    /** Rows of a window, {@code K - 1 + L}. */
    public int rows() {
      return frameStack - 1 + length;
    }

    /** Number of windows of an episode of T rows; 0 if it is too short. */
    public int count(int episodeLength) {
      int lost = (padStart ? 0 : frameStack - 1) + (padEnd ? 0 : length - 1);
      return Math.max(0, episodeLength - lost);
    }

    /** The window at a step of an episode. */
    Window at(int episode, int step, int episodeLength) {
      int first = step - (frameStack - 1);
      int last = step + length - 1;
      int from = Math.max(0, first);
      int to = Math.min(episodeLength - 1, last);
      return new Window(episode, step, from, to - from + 1, from - first, last - to);
    }
  }

  /**
   * One window.
   *
   * @param episode index of the episode
   * @param step the step i it belongs to
   * @param from first row that is read
   * @param count rows that are read
   * @param padBegin how often the first of them is repeated before
   * @param padEnd how often the last of them is repeated after
   */
  public record Window(int episode, int step, int from, int count, int padBegin, int padEnd) {
    /** Rows with the repeated ones. */
    public int rows() {
      return padBegin + count + padEnd;
    }

    /** The row of the episode that stands for row {@code step + relative}. */
    int clamp(int relative) {
      return Math.max(from, Math.min(from + count - 1, step + relative));
    }
  }

  private final Rule rule;
  private final int[] lengths;
  private final long[] ends;

  private Windows(Rule rule, int[] lengths) {
    this.rule = rule;
    this.lengths = lengths;
    this.ends = new long[lengths.length];
    long end = 0;
    for (int e = 0; e < lengths.length; e++) {
      end += rule.count(lengths[e]);
      ends[e] = end;
    }
  }

  /** The windows over those episodes. */
  public static Windows over(List<Dataset.Episode> episodes, Rule rule) {
    return new Windows(rule, episodes.stream().mapToInt(Dataset.Episode::length).toArray());
  }

  /** What a window is. */
  public Rule rule() {
    return rule;
  }

  /** Number of windows. */
  public long count() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** The window of that number; episodes in order, steps in order. */
  public Window get(long index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException("window " + index + " of " + count());
    }
    int found = Arrays.binarySearch(ends, index + 1);
    int episode = found >= 0 ? first(found) : -found - 1;
    long before = episode == 0 ? 0 : ends[episode - 1];
    int step = (int) (index - before) + (rule.padStart() ? 0 : rule.frameStack() - 1);
    return rule.at(episode, step, lengths[episode]);
  }

  /** Of episodes that end at the same number, the first: the others have no windows. */
  private int first(int episode) {
    int e = episode;
    while (e > 0 && ends[e - 1] == ends[episode]) {
      e--;
    }
    return e;
  }

  /**
   * The window at a step of an episode.
   *
   * @throws IndexOutOfBoundsException if the episode has none there
   */
  public Window at(int episode, int step) {
    int first = rule.padStart() ? 0 : rule.frameStack() - 1;
    if (step < first || step >= first + rule.count(lengths[episode])) {
      throw new IndexOutOfBoundsException(
          "no window at step " + step + " of an episode of " + lengths[episode] + " rows");
    }
    return rule.at(episode, step, lengths[episode]);
  }

  /**
   * Reads a field over a window, repeated rows included.
   *
   * @return shape (rows, …)
   */
  public static Array read(Dataset dataset, Window window, String field) {
    if (window.padBegin() == 0 && window.padEnd() == 0) {
      return dataset.read(window.episode(), field, window.from(), window.count());
    }
    Dataset.Field kind = dataset.fields().get(field);
    if (kind == null) {
      throw new IllegalArgumentException(
          "no array %s; found %s".formatted(field, dataset.fields().keySet()));
    }
    int[] row = kind.shape().dims();
    int[] dims = new int[row.length + 1];
    dims[0] = window.rows();
    System.arraycopy(row, 0, dims, 1, row.length);
    Array all = Array.zeros(kind.dtype(), Shape.of(dims));
    read(dataset, window, field, all, 0);
    return all;
  }

  /** Reads a field over a window into an array from {@code offset} on, repeated rows included. */
  static void read(Dataset dataset, Window window, String field, Array into, int offset) {
    int width = dataset.fields().get(field).shape().size();
    int first = offset + window.padBegin() * width;
    dataset.read(window.episode(), field, window.from(), window.count(), into, first);
    for (int r = 0; r < window.padBegin(); r++) {
      copy(into, first, into, offset + r * width, width);
    }
    int end = first + window.count() * width;
    for (int r = 0; r < window.padEnd(); r++) {
      copy(into, end - width, into, end + r * width, width);
    }
  }

  /** Reads what a batch has of a window into an array from {@code offset} on. */
  static void read(Dataset dataset, Window window, WindowField field, Array into, int offset) {
    if (field.isMask()) {
      for (int row = field.first(); row <= field.last(); row++) {
        boolean exists = row + window.step() == window.clamp(row);
        into.set(offset + row - field.first(), exists ? 1 : 0);
      }
      return;
    } else if (field.goal()) {
      int last = dataset.episodes().get(window.episode()).length() - 1;
      dataset.read(window.episode(), field.field(), last, 1, into, offset);
      return;
    }
    int from = window.clamp(field.first());
    int to = window.clamp(field.last());
    int before = Math.max(0, Math.min(field.count() - 1, from - window.step() - field.first()));
    int after = field.count() - before - (to - from + 1);
    read(
        dataset,
        new Window(window.episode(), window.step(), from, to - from + 1, before, after),
        field.field(),
        into,
        offset);
  }

  /** Copies an array into a larger one of its dtype. */
  static void copyAll(Array from, Array to, int offset) {
    if (from.dtype() != to.dtype() || offset < 0 || offset > to.size() - from.size()) {
      throw new IllegalArgumentException(
          "%s does not fit into %s at element %d".formatted(from, to, offset));
    }
    copy(from, 0, to, offset, from.size());
  }

  private static void copy(Array from, int at, Array to, int offset, int n) {
    switch (from.dtype()) {
      case UINT8 -> ((ByteBuffer) to.buffer()).put(offset, (ByteBuffer) from.buffer(), at, n);
      case FLOAT32 -> ((FloatBuffer) to.buffer()).put(offset, (FloatBuffer) from.buffer(), at, n);
      case FLOAT64 -> ((DoubleBuffer) to.buffer()).put(offset, (DoubleBuffer) from.buffer(), at, n);
    }
  }
}

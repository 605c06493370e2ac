package dev.difftop.learning.replay;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every episode of a {@link Replay} has: names, formats and shapes of the rows of its arrays.
 *
 * @param arrays by name, as in {@link ReplayEpisode#arrays()}
 */
record ReplayRows(Map<String, Row> arrays) {
  /** Format and shape of a row. */
  record Row(DType dtype, Shape shape) {
    @Override
    public String toString() {
      return dtype + " " + shape;
    }
  }

  static ReplayRows of(ReplayEpisode episode) {
    Map<String, Row> rows = new TreeMap<>();
    episode.arrays().forEach((name, array) -> rows.put(name, row(array, 1)));
    return new ReplayRows(rows);
  }

  /** The row of an array with so many axes in front of it. */
  private static Row row(Array array, int axes) {
    int[] dims = array.shape().dims();
    return new Row(array.dtype(), Shape.of(Arrays.copyOfRange(dims, axes, dims.length)));
  }

  /**
   * Compares an episode.
   *
   * @throws IllegalArgumentException if it has other arrays
   */
  void require(ReplayEpisode episode) {
    ReplayRows found = of(episode);
    if (!found.equals(this)) {
      throw new IllegalArgumentException(
          "replay: an episode has %s, those before %s".formatted(found.arrays, arrays));
    }
  }

  /**
   * Compares room for sequences.
   *
   * @throws IllegalArgumentException if it was made for others
   */
  void require(ReplaySample sample, int horizon) {
    Map<String, Row> found = new TreeMap<>();
    sample.arrays().forEach((name, array) -> found.put(name, row(array, 2)));
    int steps = sample.actions().shape().dim(1);
    if (steps != horizon || !found.equals(arrays)) {
      throw new IllegalArgumentException(
          "replay: the sample has room for %d steps of %s, expected %d of %s"
              .formatted(steps, found, horizon, arrays));
    }
  }

  /** Room for so many sequences. */
  ReplaySample newSample(int batch, int horizon) {
    Map<String, Array> observations = new LinkedHashMap<>();
    arrays.forEach(
        (name, row) -> {
          if (name.startsWith(ReplayEpisode.OBSERVATIONS)) {
            String own = name.substring(ReplayEpisode.OBSERVATIONS.length());
            observations.put(own, room(batch, horizon + 1, row));
          }
        });
    return new ReplaySample(
        new long[batch],
        observations,
        room(batch, horizon, arrays.get(ReplayEpisode.ACTIONS)),
        Array.zeros(DType.FLOAT32, Shape.of(batch, horizon)),
        Array.zeros(DType.FLOAT32, Shape.of(batch, horizon)),
        Array.zeros(DType.FLOAT32, Shape.of(batch)));
  }

  private static Array room(int batch, int rows, Row row) {
    int[] dims = new int[row.shape().rank() + 2];
    dims[0] = batch;
    dims[1] = rows;
    System.arraycopy(row.shape().dims(), 0, dims, 2, row.shape().rank());
    return Array.zeros(row.dtype(), Shape.of(dims));
  }
}

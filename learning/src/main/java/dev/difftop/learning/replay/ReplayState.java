package dev.difftop.learning.replay;

import dev.difftop.api.DataException;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Slab;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What is saved of a {@link Replay} beside its episodes.
 *
 * @param horizon H, steps of a sequence
 * @param nextEpisode number of the next episode
 * @param nextStep number of the next step
 * @param largestPriority the largest so far
 * @param numbers of the episodes
 * @param lengths of the episodes
 * @param terminated 1 for episodes that nothing follows
 * @param priorities of all steps of these episodes
 */
record ReplayState(
    long horizon,
    long nextEpisode,
    long nextStep,
    double largestPriority,
    long[] numbers,
    long[] lengths,
    long[] terminated,
    double[] priorities) {

  void write(Path file) {
    try (H5File out = H5File.create(file)) {
      write(out);
      out.commit();
    } catch (H5Exception e) {
      throw unreadable(e);
    }
  }

  /** Writes it into a group of a file. */
  void write(H5Group out) {
    out.setAttribute("next_episode", nextEpisode);
    out.setAttribute("next_step", nextStep);
    out.setAttribute("largest_priority", largestPriority);
    out.setAttribute("horizon", horizon);
    out.write("numbers", numbers, numbers.length);
    out.write("lengths", lengths, lengths.length);
    out.write("terminated", terminated, terminated.length);
    out.write("priorities", priorities, priorities.length);
  }

  private static DataException unreadable(H5Exception e) {
    return new DataException(e.kind().name(), e.where(), "replay: " + e.detail(), e);
  }

  /**
   * Reads it.
   *
   * @throws DataException if it cannot be read, or contradicts itself
   */
  static ReplayState read(Path file) {
    try (H5File in = H5File.open(file)) {
      return read(in);
    } catch (H5Exception e) {
      throw unreadable(e);
    }
  }

  /** Reads it from a group of a file; throws as {@link #read(Path)} does. */
  static ReplayState read(H5Group in) {
    try {
      ReplayState state =
          new ReplayState(
              in.requireAttribute("horizon").asLong(),
              in.requireAttribute("next_episode").asLong(),
              in.requireAttribute("next_step").asLong(),
              in.requireAttribute("largest_priority").asDouble(),
              longs(in, "numbers"),
              longs(in, "lengths"),
              longs(in, "terminated"),
              doubles(in, "priorities"));
      state.check(in.path());
      return state;
    } catch (H5Exception e) {
      throw unreadable(e);
    }
  }

  private void check(String where) {
    boolean alike = numbers.length == lengths.length && lengths.length == terminated.length;
    boolean positive = LongStream.of(lengths).allMatch(n -> n > 0 && n <= priorities.length);
    boolean rising = nextEpisode >= 0;
    for (int e = 0; e < numbers.length; e++) {
      rising &= numbers[e] >= (e == 0 ? 0 : numbers[e - 1] + 1) && numbers[e] < nextEpisode;
    }
    boolean whole =
        LongStream.of(lengths).sum() == priorities.length && nextStep >= priorities.length;
    boolean likely =
        Arrays.stream(priorities).allMatch(p -> p >= 0 && p <= largestPriority)
            && Double.isFinite(largestPriority)
            && largestPriority > 0;
    if (!alike || !positive || !rising || !whole || !likely) {
      throw new DataException(
          "BAD_METADATA",
          where,
          "replay: numbers, lengths and priorities of episodes contradict each other; recover the"
              + " episodes from their folder",
          null);
    }
  }

  private static long[] longs(H5Group in, String name) {
    try (H5Dataset dataset = in.dataset(name)) {
      return dataset.readLongs(H5Slab.all());
    }
  }

  private static double[] doubles(H5Group in, String name) {
    try (H5Dataset dataset = in.dataset(name)) {
      return dataset.readDoubles(H5Slab.all());
    }
  }
}

package dev.difftop.learning.replay;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.hdf5.H5Group;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Experience of reinforcement learning: episodes are added, the oldest ones go when there are too
 * many steps, sequences are drawn by priority. Schaul et al., "Prioritized experience replay",
 * 2016, section 3: {@code P(i) = p_i^α / Σ p^α}, weights {@code (N P(i))^-β}, divided by the
 * largest.
 *
 * <p>With a folder every episode is in a file of its own, and in memory as well while there is
 * room; what is drawn does not depend on it. {@link #save} and {@link #resume} continue exactly:
 * the same stream draws the same sequences. Files of episodes that are too old are removed by the
 * next save only, as a run that is killed resumes from the last one. For one thread, and one
 * process a folder. Episodes are taken over, not copied: their arrays must not change afterwards.
 */
public final class Replay implements AutoCloseable {
  private static final double SMALLEST_PRIORITY = 1e-6;
  private static final int READ_AT_ONCE = 64;

  private final ReplaySettings settings;
  private final int horizon;
  private final Optional<EpisodeFolder> folder;
  private final ReplayIndex index;
  private final ReplayMemory memory;
  private final TreeSet<Long> outdated = new TreeSet<>();
  private final TreeSet<Long> outdatedAtSave = new TreeSet<>();

  /** Names and shapes of the rows of every episode; empty before the first one is known. */
  private Optional<ReplayRows> rows = Optional.empty();

  private Replay(ReplaySettings settings, ReplayIndex index, int horizon) {
    this.settings = settings;
    this.horizon = horizon;
    this.index = index;
    this.memory = new ReplayMemory(settings.room());
    this.folder = settings.folder().map(f -> new EpisodeFolder(f, settings.compression()));
  }

  private static Replay empty(ReplaySettings settings, int horizon) {
    return new Replay(
        settings, new ReplayIndex(settings.capacity(), span(settings, horizon)), horizon);
  }

  /** Steps of an episode from the first one of a sequence on that there must be. */
  private static int span(ReplaySettings settings, int horizon) {
    return horizon + settings.leftOut();
  }

  /**
   * An empty one.
   *
   * @param horizon H, steps of a sequence
   * @throws IllegalArgumentException if the folder holds episodes already: {@link #resume} or
   *     {@link #recover} them
   */
  public static Replay create(ReplaySettings settings, int horizon) {
    Replay replay = empty(settings, horizon);
    replay.folder.ifPresent(
        there -> {
          if (!there.numbers().isEmpty()) {
            throw new IllegalArgumentException(
                "replay.folder: %s holds episodes already; resume that run, or name another folder"
                    .formatted(settings.folder().get()));
          }
        });
    return replay;
  }

  /**
   * Continues exactly as after a save: episodes that were added since are removed.
   *
   * @throws DataException if the saved state cannot be read, or an episode of it is missing
   * @throws IllegalArgumentException if it was saved with other sequences, or does not fit into the
   *     capacity
   */
  public static Replay resume(ReplaySettings settings, int horizon, Path file) {
    requireFolder(settings, "resumed");
    return resume(settings, horizon, ReplayState.read(file));
  }

  /**
   * As {@link #resume(ReplaySettings, int, Path)}, from a group of a file.
   *
   * @param saved what {@link #save(H5Group)} wrote
   */
  public static Replay resume(ReplaySettings settings, int horizon, H5Group saved) {
    return resume(settings, horizon, ReplayState.read(saved));
  }

  private static Replay resume(ReplaySettings settings, int horizon, ReplayState state) {
    requireFolder(settings, "resumed");
    if (state.horizon() != span(settings, horizon)) {
      throw new IllegalArgumentException(
          "replay: it was saved with sequences of %d steps, found %d; steps left out count"
              .formatted(state.horizon(), span(settings, horizon)));
    } else if (state.priorities().length > settings.capacity()) {
      throw new IllegalArgumentException(
          "replay.capacity: found %d, but %d steps were saved; raise it"
              .formatted(settings.capacity(), state.priorities().length));
    }
    Replay replay = new Replay(settings, ReplayIndex.of(state, settings.capacity()), horizon);
    replay.folder.orElseThrow().keepOnly(state.numbers());
    return replay;
  }

  /** Removes all episodes of the settings' folder: a run that resumes before the first of them. */
  public static void discard(ReplaySettings settings) {
    requireFolder(settings, "discarded");
    try (EpisodeFolder folder =
        new EpisodeFolder(settings.folder().get(), settings.compression())) {
      folder.keepOnly(new long[0]);
    }
  }

  /**
   * Takes over every finished episode of a folder, all with the same priority: what is left of a
   * run that was never saved.
   *
   * @throws DataException if one is damaged, or has other arrays than those before
   */
  public static Replay recover(ReplaySettings settings, int horizon) {
    requireFolder(settings, "recovered");
    Replay replay = empty(settings, horizon);
    EpisodeFolder there = replay.folder.orElseThrow();
    for (long number : there.numbers()) {
      ReplayEpisode episode = there.read(number);
      try {
        replay.check(episode);
      } catch (IllegalArgumentException e) {
        throw new DataException("SHAPE_MISMATCH", there.file(number).toString(), e.getMessage(), e);
      }
      replay.index.continueAt(number);
      replay.admit(episode);
    }
    return replay;
  }

  private static void requireFolder(ReplaySettings settings, String what) {
    if (settings.folder().isEmpty()) {
      throw new IllegalStateException(
          "replay.folder: without one, experience cannot be " + what + "; name a folder");
    }
  }

  /**
   * Adds an episode, whose sequences get the largest priority so far.
   *
   * @throws IllegalArgumentException if it is longer than the capacity, or has other arrays than
   *     the episodes before
   * @throws DataException if its file cannot be written; nothing has changed then
   */
  public void append(ReplayEpisode episode) {
    check(episode);
    folder.ifPresent(there -> there.write(index.nextEpisode(), episode));
    admit(episode);
  }

  private void check(ReplayEpisode episode) {
    if (episode.length() > settings.capacity()) {
      throw new IllegalArgumentException(
          "replay.capacity: an episode has %d steps, the capacity is %d"
              .formatted(episode.length(), settings.capacity()));
    } else if (index.episodes() > 0) {
      rows().require(episode);
    }
  }

  private void admit(ReplayEpisode episode) {
    long number = index.nextEpisode();
    rows = Optional.of(ReplayRows.of(episode));
    for (long gone : index.admit(episode.length(), episode.terminated())) {
      memory.remove(gone);
      outdated.add(gone);
    }
    memory.add(number, episode);
  }

  private ReplayRows rows() {
    if (rows.isEmpty()) {
      rows = Optional.of(ReplayRows.of(folder.orElseThrow().read(index.newest())));
    }
    return rows.get();
  }

  /** Number of episodes that are kept. */
  public int episodes() {
    return index.episodes();
  }

  /** Whether the newest episode ended in a terminal state. */
  public boolean newestIsTerminated() {
    return index.episodes() > 0 && index.episode(index.newest()).terminated();
  }

  /** Number of steps that are kept. */
  public long steps() {
    return index.steps();
  }

  /** Number of steps that were ever added. */
  public long stepsAdded() {
    return index.stepsAdded();
  }

  /** Number of sequences that can be drawn. */
  public int sequences() {
    return index.sequences();
  }

  /** Bytes of episodes that are in memory. */
  public long bytesInMemory() {
    return memory.bytes();
  }

  /**
   * Room for sequences.
   *
   * @param batch B
   * @throws IllegalStateException if there is no episode yet, so that nobody knows its arrays
   */
  public ReplaySample newSample(int batch) {
    if (batch < 1) {
      throw new IllegalArgumentException(
          "replay: found a batch of " + batch + ", expected 1 or more");
    } else if (index.episodes() == 0) {
      throw new IllegalStateException("replay: there is no episode yet");
    }
    return rows().newSample(batch, horizon);
  }

  /**
   * Draws sequences, each by its priority, with replacement.
   *
   * @param into of {@link #newSample}
   * @param random a stream named after the update, so that a resumed run draws the same
   * @throws IllegalStateException if there is no sequence of that many steps
   * @throws DataException if an episode's file is missing or damaged
   */
  public void sample(ReplaySample into, RandomGenerator random) {
    if (index.sequences() == 0) {
      throw new IllegalStateException(
          "replay: no episode of the %d there has %d steps".formatted(index.episodes(), horizon));
    }
    rows().require(into, horizon);
    int batch = into.steps().length;
    for (int b = 0; b < batch; b++) {
      into.steps()[b] = index.find(random.nextDouble());
    }
    weigh(into);
    loadWhatFits(into.steps());
    for (int from = 0; from < batch; from += READ_AT_ONCE) {
      IntStream some = IntStream.range(from, Math.min(batch, from + READ_AT_ONCE));
      (memory.size() < index.episodes() ? some.parallel() : some).forEach(b -> fill(into, b));
      folder.ifPresent(EpisodeFolder::closeSome);
    }
  }

  private void weigh(ReplaySample into) {
    double most = 0;
    double[] weights = new double[into.steps().length];
    for (int b = 0; b < weights.length; b++) {
      double expected = index.sequences() * index.probability(into.steps()[b]);
      weights[b] = Math.pow(expected, -settings.weightExponent());
      most = Math.max(most, weights[b]);
    }
    for (int b = 0; b < weights.length; b++) {
      into.weights().set(b, weights[b] / most);
    }
  }

  /** After a resume nothing is in memory: episodes come back as they are drawn. */
  private void loadWhatFits(long[] steps) {
    for (long step : steps) {
      ReplayIndex.Place place = index.place(step);
      if (memory.get(place.number()) == null && memory.hasRoom()) {
        ReplayEpisode episode = folder.orElseThrow().read(place.number(), place.episode(), rows());
        memory.addIfItFits(place.number(), episode);
      }
    }
  }

  private void fill(ReplaySample into, int b) {
    ReplayIndex.Place place = index.place(into.steps()[b]);
    ReplayIndex.Kept kept = place.episode();
    for (int t = 0; t < horizon; t++) {
      boolean end = kept.terminated() && place.step() + t == kept.length() - 1;
      into.terminated().set(b * horizon + t, end ? 1 : 0);
    }
    ReplayEpisode episode = memory.get(place.number());
    into.arrays()
        .forEach(
            (name, array) -> {
              if (episode == null) {
                folder.orElseThrow().read(place.number(), name, place.step(), array, b);
              } else {
                copy(episode.array(name), place.step(), array, b);
              }
            });
  }

  /** Copies as many rows as a sequence of the larger array has. */
  private static void copy(Array episode, int from, Array into, int b) {
    int size = into.size() / into.shape().dim(0);
    int at = from * (size / into.shape().dim(1));
    if (into.dtype() == DType.UINT8) {
      ((ByteBuffer) into.buffer()).put(b * size, (ByteBuffer) episode.buffer(), at, size);
    } else {
      ((FloatBuffer) into.buffer()).put(b * size, (FloatBuffer) episode.buffer(), at, size);
    }
  }

  /**
   * Sets the priorities of sequences that were drawn; those that have gone since are passed over.
   *
   * @param priorities (B), how much there is to learn from each, such as its error; not negative
   * @throws IllegalArgumentException if there are others than B, or one is negative or not finite;
   *     none is set then
   */
  public void prioritise(ReplaySample drawn, Array priorities) {
    double[] values = priorities.toDoubles();
    if (values.length != drawn.steps().length) {
      throw new IllegalArgumentException(
          "replay: found %d priorities, expected %d"
              .formatted(values.length, drawn.steps().length));
    }
    for (double value : values) {
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(
            "replay: found a priority of %s, expected a finite one of at least 0".formatted(value));
      }
    }
    for (int b = 0; b < values.length; b++) {
      index.set(
          drawn.steps()[b], Math.pow(values[b] + SMALLEST_PRIORITY, settings.priorityExponent()));
    }
  }

  /**
   * Saves what is not in the episodes themselves: which there are, and their priorities. Removes
   * files of episodes that have gone.
   *
   * @throws IllegalStateException without a folder
   * @throws DataException if the file cannot be written; an older one is then as it was
   */
  public void save(Path file) {
    requireFolder(settings, "saved");
    index.state().write(file);
    outdated.forEach(folder.orElseThrow()::remove);
    outdated.clear();
  }

  /**
   * As {@link #save(Path)}, into a group of a file. Call {@link #saved} once that file is in place.
   *
   * @throws IllegalStateException without a folder
   */
  public void save(H5Group into) {
    requireFolder(settings, "saved");
    index.state().write(into);
    outdatedAtSave.addAll(outdated);
  }

  /** Removes files of episodes that had gone when it was saved last. */
  public void saved() {
    outdatedAtSave.forEach(folder.orElseThrow()::remove);
    outdated.removeAll(outdatedAtSave);
    outdatedAtSave.clear();
  }

  /** Closes its files; they stay where they are. */
  @Override
  public void close() {
    folder.ifPresent(EpisodeFolder::close);
    memory.clear();
  }
}

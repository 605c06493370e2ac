package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.DataException;
import dev.difftop.api.Shape;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5Exception;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Slab;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
 * room; what is drawn does not depend on it. {@link #save} and {@link #resume} go on exactly: the
 * same stream draws the same sequences. Files of episodes that are too old are removed by the next
 * save only, as a run that is killed goes on from the last one. For one thread.
 */
public final class Replay implements AutoCloseable {
  private static final double SMALLEST_PRIORITY = 1e-6;
  private static final int READ_AT_ONCE = 64;

  private final ReplaySettings settings;
  private final int horizon;
  private final Optional<EpisodeFolder> folder;
  private final SumTree tree;

  /** Episodes that are kept, by number. */
  private final TreeMap<Long, Kept> episodes = new TreeMap<>();

  /** Numbers of the episodes that are kept, by the number of their first step. */
  private final TreeMap<Long, Long> starts = new TreeMap<>();

  private final TreeMap<Long, ReplayEpisode> inMemory = new TreeMap<>();
  private final TreeSet<Long> outdated = new TreeSet<>();
  private long bytesInMemory;
  private long nextEpisode;
  private long nextStep;
  private double largest = 1;
  private int sequences;

  /** An episode: the number of its first step, its steps, whether something follows it. */
  private record Kept(long start, int length, boolean terminated) {
    int sequences(int horizon) {
      return Math.max(0, length - horizon + 1);
    }
  }

  private Replay(ReplaySettings settings, int horizon) {
    this.settings = settings;
    this.horizon = horizon;
    if (horizon < 1 || horizon > settings.capacity()) {
      throw new IllegalArgumentException(
          "replay: found sequences of %d steps, expected 1 to the capacity of %d"
              .formatted(horizon, settings.capacity()));
    }
    this.folder = settings.folder().map(f -> new EpisodeFolder(f, settings.compression()));
    this.tree = new SumTree(settings.capacity());
  }

  /**
   * An empty one.
   *
   * @param horizon H, steps of a sequence
   * @throws IllegalArgumentException if the folder holds episodes already: {@link #resume} or
   *     {@link #recover} them
   */
  public static Replay create(ReplaySettings settings, int horizon) {
    Replay replay = new Replay(settings, horizon);
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

  // ------------------------------------------------------------------ adding

  /**
   * Adds an episode, whose sequences get the largest priority so far.
   *
   * @throws IllegalArgumentException if it is longer than the capacity, or has other arrays than
   *     the episodes before
   */
  public void append(ReplayEpisode episode) {
    checkAlike(episode);
    long number = nextEpisode;
    folder.ifPresent(there -> there.write(number, episode));
    admit(new Kept(nextStep, episode.length(), episode.terminated()));
    remember(number, episode);
  }

  private void checkAlike(ReplayEpisode episode) {
    if (episode.length() > settings.capacity()) {
      throw new IllegalArgumentException(
          "replay.capacity: an episode has %d steps, the capacity is %d"
              .formatted(episode.length(), settings.capacity()));
    } else if (!episodes.isEmpty() && !rows(model()).equals(rows(episode))) {
      throw new IllegalArgumentException(
          "replay: an episode has %s, those before %s".formatted(rows(episode), rows(model())));
    }
  }

  /** The arrays of an episode with the shapes of their rows. */
  private static Map<String, String> rows(ReplayEpisode episode) {
    Map<String, String> rows = new TreeMap<>();
    episode.observations().forEach((name, array) -> rows.put(name, row(array)));
    rows.put("actions", row(episode.actions()));
    return rows;
  }

  private static String row(Array array) {
    return array.dtype() + " " + Shape.of(rowDims(array));
  }

  private static int[] rowDims(Array array) {
    int[] dims = array.shape().dims();
    return java.util.Arrays.copyOfRange(dims, 1, dims.length);
  }

  /** An episode, to see what arrays there are. */
  private ReplayEpisode model() {
    return inMemory.isEmpty() ? load(episodes.lastKey()) : inMemory.lastEntry().getValue();
  }

  private void admit(Kept kept) {
    while (!episodes.isEmpty() && steps() + kept.length() > settings.capacity()) {
      forgetOldest();
    }
    episodes.put(nextEpisode, kept);
    starts.put(kept.start(), nextEpisode);
    for (int t = 0; t < kept.sequences(horizon); t++) {
      tree.set(leaf(kept.start() + t), largest);
    }
    sequences += kept.sequences(horizon);
    nextEpisode++;
    nextStep += kept.length();
  }

  private void forgetOldest() {
    long number = episodes.firstKey();
    Kept kept = episodes.remove(number);
    starts.remove(kept.start());
    for (int t = 0; t < kept.length(); t++) {
      tree.set(leaf(kept.start() + t), 0);
    }
    sequences -= kept.sequences(horizon);
    release(number);
    outdated.add(number);
  }

  private int leaf(long step) {
    return (int) (step % settings.capacity());
  }

  private void remember(long number, ReplayEpisode episode) {
    while (!inMemory.isEmpty() && bytesInMemory + episode.bytes() > settings.room()) {
      release(inMemory.firstKey());
    }
    if (bytesInMemory + episode.bytes() <= settings.room()) {
      inMemory.put(number, episode);
      bytesInMemory += episode.bytes();
    }
  }

  private void release(long number) {
    ReplayEpisode gone = inMemory.remove(number);
    bytesInMemory -= gone == null ? 0 : gone.bytes();
  }

  // ------------------------------------------------------------------ drawing

  /** Number of episodes that are kept. */
  public int episodes() {
    return episodes.size();
  }

  /** Number of steps that are kept. */
  public long steps() {
    return episodes.isEmpty() ? 0 : nextStep - episodes.firstEntry().getValue().start();
  }

  /** Number of steps that were ever added. */
  public long stepsAdded() {
    return nextStep;
  }

  /** Number of sequences that can be drawn. */
  public int sequences() {
    return sequences;
  }

  /** Bytes of episodes that are in memory. */
  public long bytesInMemory() {
    return bytesInMemory;
  }

  /**
   * Room for sequences.
   *
   * @param batch B
   * @throws IllegalStateException if there is no episode yet, so that nobody knows its arrays
   */
  public ReplaySample newSample(int batch) {
    if (episodes.isEmpty()) {
      throw new IllegalStateException("replay: there is no episode yet");
    }
    ReplayEpisode model = model();
    Map<String, Array> observations = new LinkedHashMap<>();
    model.observations().forEach((name, o) -> observations.put(name, room(batch, horizon + 1, o)));
    return new ReplaySample(
        new long[batch],
        observations,
        room(batch, horizon, model.actions()),
        Array.zeros(DType.FLOAT32, Shape.of(batch, horizon)),
        Array.zeros(DType.FLOAT32, Shape.of(batch, horizon)),
        Array.zeros(DType.FLOAT32, Shape.of(batch)));
  }

  private static Array room(int batch, int rows, Array like) {
    int[] row = rowDims(like);
    int[] dims = new int[row.length + 2];
    dims[0] = batch;
    dims[1] = rows;
    System.arraycopy(row, 0, dims, 2, row.length);
    return Array.zeros(like.dtype(), Shape.of(dims));
  }

  /**
   * Draws sequences, each by its priority, with replacement.
   *
   * @param random a stream named after the update, so that a resumed run draws the same
   * @throws IllegalStateException if there is no sequence of that many steps
   * @throws DataException if an episode's file is missing or damaged
   */
  public void sample(ReplaySample into, RandomGenerator random) {
    if (sequences == 0) {
      throw new IllegalStateException(
          "replay: no episode of the %d there has %d steps".formatted(episodes.size(), horizon));
    }
    int batch = into.steps().length;
    for (int b = 0; b < batch; b++) {
      int leaf = tree.find(random.nextDouble() * tree.sum());
      into.steps()[b] = step(leaf);
    }
    weigh(into);
    loadWhatFits(into.steps());
    for (int from = 0; from < batch; from += READ_AT_ONCE) {
      IntStream some = IntStream.range(from, Math.min(batch, from + READ_AT_ONCE));
      (inMemory.size() < episodes.size() ? some.parallel() : some).forEach(b -> fill(into, b));
      folder.ifPresent(EpisodeFolder::closeSome);
    }
  }

  /** The step that is kept in a leaf: the last one before the next step that has that leaf. */
  private long step(int leaf) {
    long step = nextStep / settings.capacity() * settings.capacity() + leaf;
    return step < nextStep ? step : step - settings.capacity();
  }

  private void weigh(ReplaySample into) {
    double most = 0;
    double[] weights = new double[into.steps().length];
    for (int b = 0; b < weights.length; b++) {
      double probability = tree.get(leaf(into.steps()[b])) / tree.sum();
      weights[b] = Math.pow(sequences * probability, -settings.weightExponent());
      most = Math.max(most, weights[b]);
    }
    for (int b = 0; b < weights.length; b++) {
      into.weights().set(b, weights[b] / most);
    }
  }

  /** After a resume nothing is in memory: episodes come back as they are drawn. */
  private void loadWhatFits(long[] steps) {
    for (long step : steps) {
      long number = starts.floorEntry(step).getValue();
      if (!inMemory.containsKey(number) && bytesInMemory < settings.room()) {
        ReplayEpisode episode = load(number);
        if (bytesInMemory + episode.bytes() <= settings.room()) {
          remember(number, episode);
        }
      }
    }
  }

  private ReplayEpisode load(long number) {
    return folder.orElseThrow().read(number);
  }

  private void fill(ReplaySample into, int b) {
    long number = starts.floorEntry(into.steps()[b]).getValue();
    Kept kept = episodes.get(number);
    int from = (int) (into.steps()[b] - kept.start());
    ReplayEpisode episode = inMemory.get(number);
    for (int t = 0; t < horizon; t++) {
      boolean end = kept.terminated() && from + t == kept.length() - 1;
      into.terminated().set(b * horizon + t, end ? 1 : 0);
    }
    into.observations()
        .forEach(
            (name, array) -> {
              Array source = episode == null ? null : episode.observations().get(name);
              rows(number, "observations/" + name, source, from, array, b);
            });
    rows(number, "actions", episode == null ? null : episode.actions(), from, into.actions(), b);
    rows(number, "rewards", episode == null ? null : episode.rewards(), from, into.rewards(), b);
  }

  private void rows(long number, String name, Array source, int from, Array into, int b) {
    int size = into.size() / into.shape().dim(0);
    int count = into.shape().dim(1);
    if (source == null) {
      folder.orElseThrow().read(number, name, from, count, into, b * size);
      return;
    }
    int at = from * (size / count);
    if (into.dtype() == DType.UINT8) {
      ((ByteBuffer) into.buffer()).put(b * size, (ByteBuffer) source.buffer(), at, size);
    } else {
      ((FloatBuffer) into.buffer()).put(b * size, (FloatBuffer) source.buffer(), at, size);
    }
  }

  /**
   * Sets the priorities of sequences that were drawn; those that have gone since are passed over.
   *
   * @param priorities (B), how much there is to learn from each, such as its error; not negative
   * @throws IllegalArgumentException if one is negative or not finite
   */
  public void prioritise(ReplaySample drawn, Array priorities) {
    for (int b = 0; b < drawn.steps().length; b++) {
      double priority = priorities.get(b);
      if (!(priority >= 0) || Double.isInfinite(priority)) {
        throw new IllegalArgumentException(
            "replay: found a priority of %s, expected a finite one of at least 0"
                .formatted(priority));
      }
      double raised = Math.pow(priority + SMALLEST_PRIORITY, settings.priorityExponent());
      if (drawn.steps()[b] >= nextStep - steps()) {
        tree.set(leaf(drawn.steps()[b]), raised);
      }
      largest = Math.max(largest, raised);
    }
  }

  // ------------------------------------------------------------------ saving

  /**
   * Saves what is not in the episodes themselves: which there are, and their priorities. Removes
   * files of episodes that have gone.
   *
   * @throws IllegalStateException without a folder
   */
  public void save(Path file) {
    EpisodeFolder there = requireFolder("saved");
    long[] numbers = episodes.keySet().stream().mapToLong(Long::longValue).toArray();
    long[] lengths = episodes.values().stream().mapToLong(Kept::length).toArray();
    long[] ends = episodes.values().stream().mapToLong(k -> k.terminated() ? 1 : 0).toArray();
    double[] priorities = new double[Math.toIntExact(steps())];
    for (int i = 0; i < priorities.length; i++) {
      priorities[i] = tree.get(leaf(nextStep - priorities.length + i));
    }
    try (H5File out = H5File.create(file)) {
      out.setAttribute("next_episode", nextEpisode);
      out.setAttribute("next_step", nextStep);
      out.setAttribute("largest_priority", largest);
      out.setAttribute("horizon", (long) horizon);
      out.write("numbers", numbers, numbers.length);
      out.write("lengths", lengths, lengths.length);
      out.write("terminated", ends, ends.length);
      out.write("priorities", priorities, priorities.length);
      out.commit();
    }
    outdated.forEach(there::remove);
    outdated.clear();
  }

  private EpisodeFolder requireFolder(String what) {
    return folder.orElseThrow(
        () ->
            new IllegalStateException(
                "replay.folder: without one, experience cannot be " + what + "; name a folder"));
  }

  /**
   * Goes on exactly as after a save: episodes that were added since are removed.
   *
   * @throws DataException if the saved state cannot be read, or an episode of it is missing
   * @throws IllegalArgumentException if it was saved with other sequences, or does not fit into the
   *     capacity
   */
  public static Replay resume(ReplaySettings settings, int horizon, Path file) {
    Replay replay = new Replay(settings, horizon);
    EpisodeFolder there = replay.requireFolder("resumed");
    try (H5File in = H5File.open(file)) {
      long saved = in.requireAttribute("horizon").asLong();
      if (saved != horizon) {
        throw new IllegalArgumentException(
            "replay: %s was saved with sequences of %d steps, found %d"
                .formatted(file, saved, horizon));
      }
      replay.restore(in, there);
    } catch (H5Exception e) {
      throw new DataException(e.kind().name(), e.where(), "replay: " + e.detail(), e);
    }
    return replay;
  }

  private void restore(H5File in, EpisodeFolder there) {
    long[] numbers = longs(in, "numbers");
    long[] lengths = longs(in, "lengths");
    long[] ends = longs(in, "terminated");
    double[] priorities = doubles(in, "priorities");
    if (priorities.length > settings.capacity()) {
      throw new IllegalArgumentException(
          "replay.capacity: found %d, but %d steps were saved; raise it"
              .formatted(settings.capacity(), priorities.length));
    }
    nextStep = in.requireAttribute("next_step").asLong() - priorities.length;
    TreeSet<Long> present = there.numbers();
    for (int e = 0; e < lengths.length; e++) {
      nextEpisode = numbers[e];
      if (!present.remove(nextEpisode)) {
        throw new DataException(
            "MISSING_KEY",
            there.file(nextEpisode).toString(),
            "replay: this episode is not there any more",
            null);
      }
      admit(new Kept(nextStep, (int) lengths[e], ends[e] != 0));
    }
    nextEpisode = in.requireAttribute("next_episode").asLong();
    present.forEach(there::remove);
    for (int i = 0; i < priorities.length; i++) {
      tree.set(leaf(nextStep - priorities.length + i), priorities[i]);
    }
    largest = in.requireAttribute("largest_priority").asDouble();
  }

  private static long[] longs(H5File in, String name) {
    try (H5Dataset dataset = in.dataset(name)) {
      return dataset.readLongs(H5Slab.all());
    }
  }

  private static double[] doubles(H5File in, String name) {
    try (H5Dataset dataset = in.dataset(name)) {
      return dataset.readDoubles(H5Slab.all());
    }
  }

  /**
   * Takes over every finished episode of a folder, all with the same priority: what is left of a
   * run that was never saved.
   *
   * @throws DataException if one is damaged
   */
  public static Replay recover(ReplaySettings settings, int horizon) {
    Replay replay = new Replay(settings, horizon);
    EpisodeFolder there = replay.requireFolder("recovered");
    for (long number : there.numbers()) {
      ReplayEpisode episode = there.read(number);
      replay.nextEpisode = number;
      replay.checkAlike(episode);
      replay.admit(new Kept(replay.nextStep, episode.length(), episode.terminated()));
      replay.remember(number, episode);
    }
    return replay;
  }

  /** Closes its files; they stay where they are. */
  @Override
  public void close() {
    folder.ifPresent(EpisodeFolder::close);
    inMemory.clear();
  }
}

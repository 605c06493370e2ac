package dev.difftop.env.mujoco;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.api.environment.VectorEnvironment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Many worlds of one task over one compiled model, stepped by a few threads. */
final class MujocoVector implements VectorEnvironment {
  private final TaskModel shared;
  private final Episode[] episodes;
  private final long[] episodeNumbers;
  private final RandomStream[] streams;
  private final WorkerPool workers;
  private final WorkerPool.Job stepOne = (i, thread) -> stepOne(i);
  private final WorkerPool.Job resetOne = (i, thread) -> resetOne(i);
  private final WorkerPool.Job stepActive = (i, thread) -> stepActive(i);
  private final int actionSize;
  private final int observationSize;
  private final double[] observations;
  private final double[] lastObservations;
  private final double[] rewards;
  private final End[] ends;
  private final String[] reasons;
  private final boolean[] met;
  private final Optional<boolean[]> successes;
  private final Optional<String>[] outcomes;
  private final boolean[] running;
  private double[] actions;
  private boolean[] active;
  private boolean begun;
  private boolean closed;

  /**
   * The worlds.
   *
   * @param size N, at least 1
   * @param threads that share them, at least 1
   * @throws IllegalArgumentException on a size or number of threads below 1, or on what {@link
   *     MujocoEnvironment} refuses
   */
  MujocoVector(MujocoConfig config, int size, int threads) {
    this(checked(config, size, threads), size, threads);
  }

  /**
   * The worlds.
   *
   * @param shared belongs to the environments from now on
   */
  MujocoVector(TaskModel shared, int size, int threads) {
    this.shared = shared;
    episodes = new Episode[size];
    try {
      for (int i = 0; i < size; i++) {
        episodes[i] = shared.newEpisode();
      }
    } catch (RuntimeException e) {
      closeWorlds();
      throw e;
    }
    actionSize = shared.spec().actionSize();
    observationSize = NamedObservations.size(episodes[0].task());
    episodeNumbers = new long[size];
    streams = new RandomStream[size];
    observations = new double[size * observationSize];
    lastObservations = new double[size * observationSize];
    rewards = new double[size];
    ends = new End[size];
    reasons = new String[size];
    met = new boolean[size];
    successes = episodes[0].task().success().isPresent() ? Optional.of(met) : Optional.empty();
    outcomes = noOutcomes(size);
    running = new boolean[size];
    workers = new WorkerPool(threads);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be made otherwise
  private static Optional<String>[] noOutcomes(int size) {
    Optional<String>[] none = new Optional[size];
    Arrays.fill(none, Optional.empty());
    return none;
  }

  private static TaskModel checked(MujocoConfig config, int size, int threads) {
    if (size < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "vector environment: found size %d and threads %d, expected at least 1 of each"
              .formatted(size, threads));
    }
    if (config.observe().draws()) {
      throw new IllegalArgumentException(
          "vector environment: observes numbers alone, found pixels, depth or points in observe");
    }
    return new TaskModel(config);
  }

  @Override
  public EnvironmentSpec spec() {
    return shared.spec();
  }

  @Override
  public int size() {
    return episodes.length;
  }

  @Override
  public int observationSize() {
    return observationSize;
  }

  @Override
  public void reset(RandomStream random) {
    requireOpen();
    begun = true;
    for (int i = 0; i < episodes.length; i++) {
      streams[i] = random.child(i);
      episodeNumbers[i] = 0;
    }
    workers.share(episodes.length, resetOne);
  }

  private void resetOne(int i) {
    begin(i, streams[i].child(episodeNumbers[i]++));
    clearStep(i);
  }

  @Override
  public void reset(int environment, RandomStream random) {
    requireOpen();
    begin(Objects.checkIndex(environment, episodes.length), random);
    clearStep(environment);
  }

  private void begin(int i, RandomStream random) {
    episodes[i].begin(random);
    episodes[i].task().observe(observations, i * observationSize);
    running[i] = true;
  }

  /** What the arrays hold of an environment that has not stepped since its reset. */
  private void clearStep(int i) {
    rewards[i] = 0;
    met[i] = false;
    ends[i] = End.NONE;
    outcomes[i] = Optional.empty();
    System.arraycopy(
        observations, i * observationSize, lastObservations, i * observationSize, observationSize);
  }

  @Override
  public void step(double[] all) {
    requireOpen();
    if (!begun) {
      throw new IllegalStateException(
          "the environments " + spec().task() + " have not been reset yet; call reset first");
    }
    requireLength("actions", all.length, episodes.length * actionSize);
    ActionScale.requireNumbers(all);
    actions = all;
    workers.share(episodes.length, stepOne);
  }

  @Override
  public void step(double[] all, boolean[] chosen) {
    requireOpen();
    requireLength("actions", all.length, episodes.length * actionSize);
    requireLength("active", chosen.length, episodes.length);
    for (int i = 0; i < chosen.length; i++) {
      if (chosen[i]) {
        requireRunning(i);
        ActionScale.requireNumbers(all, i * actionSize, actionSize);
      }
    }
    actions = all;
    active = chosen;
    workers.share(episodes.length, stepActive);
  }

  private void requireLength(String what, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "%s have length %d, expected %d (%d environments, %d actuators)"
              .formatted(what, found, expected, episodes.length, actionSize));
    }
  }

  private void requireRunning(int i) {
    if (!running[i]) {
      throw new IllegalStateException(
          "environment %d of %s has not been reset since the end of its episode; call reset(%d, …), or leave it inactive"
              .formatted(i, spec().task(), i));
    }
  }

  private void stepOne(int i) {
    if (!running[i]) {
      begin(i, streams[i].child(episodeNumbers[i]++));
    }
    advance(i);
    if (ends[i] == End.NONE) {
      System.arraycopy(
          lastObservations,
          i * observationSize,
          observations,
          i * observationSize,
          observationSize);
    } else {
      begin(i, streams[i].child(episodeNumbers[i]++));
    }
  }

  private void stepActive(int i) {
    if (active[i]) {
      advance(i);
      System.arraycopy(
          lastObservations,
          i * observationSize,
          observations,
          i * observationSize,
          observationSize);
    } else {
      rewards[i] = 0;
      ends[i] = End.NONE;
    }
  }

  private void advance(int i) {
    Episode episode = episodes[i];
    rewards[i] = episode.step(actions, i * actionSize);
    ends[i] = episode.end();
    met[i] = episode.task().success().orElse(false);
    outcomes[i] = episode.task().outcome();
    episode.task().observe(lastObservations, i * observationSize);
    if (ends[i] != End.NONE) {
      reasons[i] = episode.trouble();
      running[i] = false;
    }
  }

  @Override
  public double[] observations() {
    return observations;
  }

  @Override
  public double[] lastObservations() {
    return lastObservations;
  }

  @Override
  public double[] rewards() {
    return rewards;
  }

  @Override
  public End[] ends() {
    return ends;
  }

  @Override
  public Optional<boolean[]> successes() {
    return successes;
  }

  @Override
  public List<String> outcomes() {
    return episodes[0].task().outcomes();
  }

  @Override
  public Optional<String> outcome(int environment) {
    return outcomes[environment];
  }

  @Override
  public String reason(int environment) {
    return ends[environment] == End.FAILED ? reasons[environment] : "";
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the environments " + spec().task() + " are closed");
    }
  }

  private void closeWorlds() {
    for (Episode episode : episodes) {
      if (episode != null) {
        episode.close();
      }
    }
    shared.close();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closeWorlds();
    }
  }
}

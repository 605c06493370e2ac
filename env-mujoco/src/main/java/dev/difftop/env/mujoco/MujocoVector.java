package dev.difftop.env.mujoco;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.api.environment.VectorEnvironment;
import java.util.Arrays;
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
  private final int actionSize;
  private final int observationSize;
  private final double[] observations;
  private final double[] lastObservations;
  private final double[] rewards;
  private final End[] ends;
  private final String[] reasons;
  private final boolean[] met;
  private final Optional<boolean[]> successes;
  private double[] actions;
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
    workers = new WorkerPool(threads);
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
    Arrays.fill(rewards, 0);
    Arrays.fill(met, false);
    Arrays.fill(ends, End.NONE);
    workers.share(episodes.length, resetOne);
  }

  private void resetOne(int i) {
    begin(i);
    episodes[i].task().observe(lastObservations, i * observationSize);
  }

  private void begin(int i) {
    episodes[i].begin(streams[i].child(episodeNumbers[i]++));
    episodes[i].task().observe(observations, i * observationSize);
  }

  @Override
  public void step(double[] all) {
    requireOpen();
    if (!begun) {
      throw new IllegalStateException(
          "the environments " + spec().task() + " have not been reset yet; call reset first");
    }
    if (all.length != episodes.length * actionSize) {
      throw new IllegalArgumentException(
          "actions have length %d, expected %d (%d environments, %d actuators)"
              .formatted(all.length, episodes.length * actionSize, episodes.length, actionSize));
    }
    ActionScale.requireNumbers(all);
    actions = all;
    workers.share(episodes.length, stepOne);
  }

  private void stepOne(int i) {
    Episode episode = episodes[i];
    rewards[i] = episode.step(actions, i * actionSize);
    End end = episode.end();
    ends[i] = end;
    met[i] = episode.task().success().orElse(false);
    episode.task().observe(lastObservations, i * observationSize);
    if (end == End.NONE) {
      System.arraycopy(
          lastObservations,
          i * observationSize,
          observations,
          i * observationSize,
          observationSize);
    } else {
      reasons[i] = episode.trouble();
      begin(i);
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

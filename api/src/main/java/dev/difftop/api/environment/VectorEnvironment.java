package dev.difftop.api.environment;

import dev.difftop.api.array.RandomStream;

/**
 * Many environments of one task that step together. Each has random numbers of its own, and begins
 * its next episode by itself: after a step that ended an episode, {@link #observations} holds the
 * first observation of the next one, and {@link #lastObservations} that at the end.
 *
 * <p>The numbers do not depend on how many threads work. The arrays are the same ones at every
 * step: copy what is to be kept. Belongs to one thread at a time; owns native memory: close it;
 * closing twice is allowed, use after close throws {@link IllegalStateException}.
 */
public interface VectorEnvironment extends AutoCloseable {
  /** Names, shapes, time steps of each. */
  EnvironmentSpec spec();

  /** N, how many environments there are. */
  int size();

  /** Length of the observations of one environment, all named parts side by side in their order. */
  int observationSize();

  /**
   * Starts an episode in all of them. Episode {@code k} of environment {@code i} draws from {@code
   * random.child(i).child(k)}.
   */
  void reset(RandomStream random);

  /**
   * One agent step of all.
   *
   * @param actions shape (N, nu), in [-1, 1]; values outside are clamped to it
   * @throws IllegalArgumentException on a wrong length or a NaN, naming it
   * @throws IllegalStateException before the first reset, or when closed
   */
  void step(double[] actions);

  /** Present observations, shape (N, {@link #observationSize}). */
  double[] observations();

  /** As {@link #observations}; rows of environments whose episode has just ended hold its end. */
  double[] lastObservations();

  /** Rewards of the last step, (N). */
  double[] rewards();

  /** How the episodes went on in the last step, (N). */
  TimeStep.End[] ends();

  /**
   * Whether the state that the last step led to meets the goal of the task, (N); where an episode
   * has just ended that is its last state. Empty if the task has no goal.
   */
  default java.util.Optional<boolean[]> successes() {
    return java.util.Optional.empty();
  }

  /** Why the episode of an environment failed in the last step; empty if it did not. */
  String reason(int environment);

  @Override
  void close();
}

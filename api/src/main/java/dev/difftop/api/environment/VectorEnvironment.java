package dev.difftop.api.environment;

import dev.difftop.api.array.RandomStream;
import java.util.List;
import java.util.Optional;

/**
 * Many environments of one task, stepped together by a few threads. Each has its own random stream.
 *
 * <p>For training, {@link #step(double[])} starts the next episode of an environment by itself:
 * after a step that ended an episode, {@link #observations} holds the first observation of the next
 * one and {@link #lastObservations} the last of the previous one. For evaluation, {@link
 * #step(double[], boolean[])} steps some of the environments and starts no episodes; {@link
 * #reset(int, RandomStream)} starts one, in one environment alone.
 *
 * <p>Results do not depend on the number of threads. Returned arrays are reused at every step: copy
 * what is to be kept. Belongs to one thread at a time; owns native memory: close it; closing twice
 * is allowed, use after close throws {@link IllegalStateException}.
 */
public interface VectorEnvironment extends AutoCloseable {
  /** Names, shapes, time steps of each. */
  EnvironmentSpec spec();

  /** N, number of environments. */
  int size();

  /** Length of one environment's observation: all named parts, concatenated in their order. */
  int observationSize();

  /**
   * Starts an episode in all of them. Episode {@code k} of environment {@code i} draws from {@code
   * random.child(i).child(k)}.
   */
  void reset(RandomStream random);

  /**
   * Starts an episode in one environment; the others stay as they are. With the same stream it is
   * the episode that {@link Environment#reset} of a single environment starts.
   *
   * @param environment number of the environment
   * @param random source of the initial state
   * @throws IndexOutOfBoundsException on a number below 0 or from {@link #size} on
   */
  void reset(int environment, RandomStream random);

  /**
   * One agent step of all. Where it ends an episode, the next one starts.
   *
   * @param actions shape (N, nu), in [-1, 1]; values outside are clamped to it
   * @throws IllegalArgumentException on a wrong length or a NaN, naming it
   * @throws IllegalStateException before {@link #reset(RandomStream)}, or when closed
   */
  void step(double[] actions);

  /**
   * One agent step of some. Where it ends an episode, the environment stays at that end until it is
   * reset. The others keep their observations; their rewards are 0 and their ends {@link
   * TimeStep.End#NONE}.
   *
   * @param actions shape (N, nu); rows of inactive environments are ignored
   * @param active which ones step, (N)
   * @throws IllegalArgumentException on a wrong length, or a NaN for an active one, naming it
   * @throws IllegalStateException if an active one has not been reset, or not since the end of its
   *     episode; or when closed
   */
  void step(double[] actions, boolean[] active);

  /** Present observations, shape (N, {@link #observationSize}). */
  double[] observations();

  /** As {@link #observations}; rows of environments whose episode has just ended hold its end. */
  double[] lastObservations();

  /** Rewards of the last step, (N). */
  double[] rewards();

  /** Whether and why the last step ended an episode, (N). */
  TimeStep.End[] ends();

  /**
   * Whether the state that the last step led to meets the goal of the task, (N); where an episode
   * has just ended that is its last state. Empty if the task has no goal.
   */
  default Optional<boolean[]> successes() {
    return Optional.empty();
  }

  /** As {@link Environment.Outcomes#outcomes}. */
  default List<String> outcomes() {
    return List.of();
  }

  /**
   * The outcome, after the last step, of the episode that an environment is in or has just ended;
   * see {@link Environment.Outcomes#outcome}.
   */
  default Optional<String> outcome(int environment) {
    return Optional.empty();
  }

  /** Why the episode of an environment failed in the last step; empty if it did not. */
  String reason(int environment);

  @Override
  void close();
}

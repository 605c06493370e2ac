package dev.difftop.api.environment;

import dev.difftop.api.array.RandomStream;

/**
 * A controller with access to the full state of an environment, which a learner lacks. Its actions
 * are recorded as demonstrations. It belongs to one thread at a time; it may own native memory:
 * close it; closing twice is allowed.
 */
public interface Expert extends AutoCloseable {
  /**
   * Prepares for an episode that has just begun.
   *
   * @param random source of all random decisions, such as one of several ways; the same stream
   *     gives the same demonstration
   */
  void begin(RandomStream random);

  /**
   * Prepares for one of a numbered sequence of episodes. An expert that balances its modes over a
   * collection chooses them by the number; by default the number has no effect.
   *
   * @param episode number of the episode, at least 0
   * @param random as in {@link #begin(RandomStream)}; number and stream together give the same
   *     demonstration
   */
  default void begin(long episode, RandomStream random) {
    begin(random);
  }

  /**
   * The next action.
   *
   * @param state the full state of the environment, as {@link
   *     Environment.Simulator#simulatorState()} gives it, shape (nx); not modified
   * @return shape (nu), in [-1, 1]; owned by the caller
   * @throws IllegalArgumentException on a state of another length, naming both
   * @throws IllegalStateException if it finds no action in this state; the message says why
   */
  double[] act(double[] state);

  @Override
  void close();
}

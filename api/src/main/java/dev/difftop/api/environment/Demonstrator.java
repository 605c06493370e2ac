package dev.difftop.api.environment;

import dev.difftop.api.array.RandomStream;

/**
 * Acts in an environment by what a learner is not told: its full state, and how the task is solved.
 * What it does is recorded as demonstrations. It belongs to one thread at a time; it may own native
 * memory: close it; closing twice is allowed.
 */
public interface Demonstrator extends AutoCloseable {
  /**
   * Prepares for an episode that has just begun.
   *
   * @param random decides what is left to chance, such as one of several ways; the same stream
   *     gives the same demonstration
   */
  void begin(RandomStream random);

  /**
   * The next action.
   *
   * @param state the full state of the environment, as {@link
   *     Environment.Simulator#simulatorState()} gives it, shape (nx); not modified
   * @return shape (nu), in [-1, 1]; the receiver's own
   * @throws IllegalArgumentException on a state of another length, naming both
   */
  double[] act(double[] state);

  @Override
  void close();
}

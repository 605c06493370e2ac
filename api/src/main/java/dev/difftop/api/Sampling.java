package dev.difftop.api;

/**
 * What a {@link Solver} may be as well: one that samples actions from a Gaussian that it fits to
 * the best of them. Its solutions carry a {@link Solution#proposal()}; its random numbers come from
 * the stream of {@link Solver#solve(Problem, dev.difftop.api.array.Array, Deadline,
 * dev.difftop.api.array.RandomStream)}.
 */
public interface Sampling {
  /**
   * From the next solve on, the smallest standard deviation that the Gaussian shrinks to, in place
   * of the configured one: a schedule of exploration.
   *
   * @param deviation in halves of a component's box (in units of the action where that is open)
   * @throws IllegalArgumentException if it is negative, not a number, or above the first deviation
   */
  void setMinDeviation(double deviation);
}

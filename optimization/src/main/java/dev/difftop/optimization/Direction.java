package dev.difftop.optimization;

/**
 * A direction in which J falls, from the derivatives at the iterate of one sample. An instance
 * belongs to one sample, so that it may remember earlier iterates.
 */
public interface Direction {
  /** Forgets everything: a new solve begins. */
  default void begin() {}

  /**
   * Writes a direction.
   *
   * @param at the iterate
   * @param d receives the direction, n components
   * @return false if there is none, which ends the sample
   */
  boolean find(Iterate at, double[] d);
}

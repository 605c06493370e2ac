package dev.difftop.optimization;

/**
 * Finds the next step of one sample from the derivatives at its iterate, and learns from what came
 * of it: damping, a trust region, a line search along a {@link Direction}. An instance belongs to
 * one sample and is asked in turns:
 *
 * <pre>
 *   propose, unless that fails: shorten, propose again ...
 *   the candidate's cost is computed
 *   adapt with the gain ratio; the step is taken if it accepts
 * </pre>
 */
public interface StepRule {
  /** Forgets everything: a new solve begins. */
  void begin();

  /**
   * Writes a candidate and the decrease that the model expects of it.
   *
   * @return false if there is no step of this length; {@link #shorten} is called then
   */
  boolean propose(Iterate at);

  /** Makes the next step shorter; false beyond the limit, which ends the sample. */
  boolean shorten();

  /**
   * Learns from a candidate whose cost is known.
   *
   * @param ratio decrease found over decrease expected; below 0 or NaN where the cost did not fall
   */
  void adapt(Iterate at, double ratio);

  /**
   * Whether a candidate becomes the next iterate.
   *
   * @param decrease of J that was found
   */
  default boolean accepts(double ratio, double decrease) {
    return DampingRule.accepts(ratio, decrease);
  }

  /** Differences of the cost are rounding from here on: full steps serve best. */
  default void trust() {}
}

package dev.difftop.learner.modelbased;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Horizon of the plans that are acted on, from a first to a last one. */
public record HorizonSchedule(
    @Doc("first horizon; 0: that of policy.horizon") @Range(min = 0) @Default("0") int initial,
    @Doc("last horizon; 0: that of policy.horizon") @Range(min = 0) @Default("0") int last,
    @Doc("agent steps over which it grows linearly, rounded down") @Range(min = 0) @Default("0")
        long steps) {
  /**
   * The horizon at an agent step.
   *
   * @param whole the horizon of the policy
   */
  public int at(long agentStep, int whole) {
    int from = initial == 0 ? whole : initial;
    int to = last == 0 ? whole : last;
    return (int) Linear.between(from, to, agentStep, steps);
  }

  /** Whether it is the same at every step. */
  public boolean isConstant(int whole) {
    return at(0, whole) == at(Long.MAX_VALUE, whole);
  }

  /**
   * Checks it against the horizon of the policy.
   *
   * @throws IllegalArgumentException if one of them is longer
   */
  public void check(int whole) {
    if (initial > whole || last > whole) {
      throw new IllegalArgumentException(
          "learner.acting-horizon: found %d to %d, expected at most policy.horizon %d"
              .formatted(initial, last, whole));
    }
  }
}

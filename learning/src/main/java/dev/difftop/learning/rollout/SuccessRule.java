package dev.difftop.learning.rollout;

/** When an episode counts as a success, where the task has a goal that its states meet or not. */
public enum SuccessRule {
  /** The goal was met at some step, however briefly. */
  ANY_STEP,
  /** The goal is met when the episode ends. */
  LAST_STEP;

  /**
   * Whether the episode is a success if it ends now.
   *
   * @param before the same, one step earlier
   * @param met whether the present state meets the goal
   */
  boolean holds(boolean before, boolean met) {
    return this == ANY_STEP ? before || met : met;
  }
}

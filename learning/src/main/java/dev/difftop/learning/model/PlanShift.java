package dev.difftop.learning.model;

import dev.difftop.api.array.Array;

/** The warm start of receding-horizon control: the last plan one step later. */
public final class PlanShift {
  private PlanShift() {}

  /**
   * Writes the plans one step later, their last actions twice.
   *
   * @param actions shape (B, H, nu)
   * @param into the same shape; may not be the same array
   */
  public static void shift(Array actions, Array into) {
    shift(actions, into, actions.shape().dim(2), actions.shape().dim(2));
  }

  /**
   * Writes plans of chunks later by some environment steps, the last of these steps repeated.
   *
   * @param actions shape (B, H, c · nu)
   * @param into the same shape; may not be the same array
   * @param entries by which the plans move: steps times nu, at most those of a plan
   * @param nu entries of an action of the environment
   */
  public static void shift(Array actions, Array into, int entries, int nu) {
    int plan = actions.shape().dim(1) * actions.shape().dim(2);
    for (int i = 0; i < into.size(); i++) {
      int end = (i / plan + 1) * plan;
      int moved = i + entries;
      into.set(i, actions.get(moved < end ? moved : end - nu + i % nu));
    }
  }
}

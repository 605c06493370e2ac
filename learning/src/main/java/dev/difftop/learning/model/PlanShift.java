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
    int nu = actions.shape().dim(2);
    int plan = actions.shape().dim(1) * nu;
    for (int i = 0; i < into.size(); i++) {
      int end = (i / plan + 1) * plan;
      into.set(i, actions.get(i + nu < end ? i + nu : i));
    }
  }
}

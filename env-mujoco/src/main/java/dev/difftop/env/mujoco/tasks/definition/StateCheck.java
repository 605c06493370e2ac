package dev.difftop.env.mujoco.tasks.definition;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;

/** What experts ask of the states that they are shown. */
public final class StateCheck {
  private StateCheck() {}

  /**
   * Requires that positions begin with those of the named joints, in this order.
   *
   * @throws ModelException if a joint is missing or elsewhere
   */
  public static void require(Model model, String... joints) {
    int expected = 0;
    for (String name : joints) {
      int joint = model.index(Element.JOINT, name);
      int found = (int) model.field("jnt_qposadr").values()[joint];
      if (found != expected) {
        throw new ModelException(
            model.origin(),
            "the expert expects joint %s at position %d of qpos, found it at %d"
                .formatted(name, expected, found));
      }
      expected += model.field("jnt_type").values()[joint] == 0 ? 7 : 1;
    }
  }

  /**
   * Requires a length.
   *
   * @throws IllegalArgumentException on another one
   */
  public static void requireLength(String task, double[] state, int expected) {
    if (state.length != expected) {
      throw new IllegalArgumentException(
          "expert of %s: state has length %d, expected %d".formatted(task, state.length, expected));
    }
  }
}

package dev.difftop.env.mujoco;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.Simulation;
import java.nio.DoubleBuffer;

/** Maps an agent's action in [-1, 1] to each actuator's control range. */
final class ActionScale {
  private final double[] middle;
  private final double[] half;

  /**
   * The map of a model.
   *
   * @throws ModelException if an actuator has no control range
   */
  ActionScale(Model model) {
    Model.Field limited = model.field("actuator_ctrllimited");
    Model.Field range = model.field("actuator_ctrlrange");
    middle = new double[model.nu()];
    half = new double[model.nu()];
    for (int i = 0; i < middle.length; i++) {
      if (limited.values()[i] == 0) {
        throw new ModelException(
            model.origin(),
            "actuator %s has no control range, to which an action in [-1, 1] could be mapped; give it ctrllimited=\"true\" and ctrlrange"
                .formatted(model.name(Element.ACTUATOR, i).orElse("number " + i)));
      }
      middle[i] = (range.at(i, 0) + range.at(i, 1)) / 2;
      half[i] = (range.at(i, 1) - range.at(i, 0)) / 2;
    }
  }

  /** What the Jacobian of some steps depends on beside state and action. */
  Simulation.JacobianRequest jacobianRequest(int physicsSteps, double differenceStep) {
    return new Simulation.JacobianRequest(physicsSteps, middle, half, differenceStep);
  }

  /** Number of actuators. */
  int size() {
    return middle.length;
  }

  /**
   * Writes the controls of an action.
   *
   * @param action (nu) numbers from {@code offset} on, none of them NaN; clamped to [-1, 1]
   */
  void write(double[] action, int offset, DoubleBuffer ctrl) {
    for (int i = 0; i < middle.length; i++) {
      double a = Math.max(-1, Math.min(1, action[offset + i]));
      ctrl.put(i, middle[i] + half[i] * a);
    }
  }

  /**
   * Writes the controls of an action.
   *
   * @throws IllegalArgumentException on a wrong length or a NaN
   */
  void write(double[] action, DoubleBuffer ctrl) {
    check(action);
    write(action, 0, ctrl);
  }

  /**
   * Refuses what is no action.
   *
   * @throws IllegalArgumentException on a wrong length or a NaN
   */
  void check(double[] action) {
    if (action.length != middle.length) {
      throw new IllegalArgumentException(
          "action has length " + action.length + ", expected " + middle.length);
    }
    requireNumbers(action);
  }

  /**
   * Refuses a NaN.
   *
   * @throws IllegalArgumentException naming its place
   */
  static void requireNumbers(double[] action) {
    requireNumbers(action, 0, action.length);
  }

  /** As {@link #requireNumbers(double[])}, of {@code action[from ... from + count - 1]}. */
  static void requireNumbers(double[] action, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (Double.isNaN(action[i])) {
        throw new IllegalArgumentException(
            "action[" + i + "] is NaN, expected a number in [-1, 1]");
      }
    }
  }
}

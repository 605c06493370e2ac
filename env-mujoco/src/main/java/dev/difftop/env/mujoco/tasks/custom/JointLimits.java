package dev.difftop.env.mujoco.tasks.custom;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import java.util.Locale;
import java.util.Optional;

/**
 * The range of a limited slide or hinge.
 *
 * @param low least position, metres or radians
 * @param high greatest position
 * @param angle whether it is a hinge
 */
public record JointLimits(double low, double high, boolean angle) {
  private static final int HINGE = 3;

  /** Positions are drawn inside limits that are themselves rounded. */
  private static final double ROUNDING = 1e-9;

  /** The limits of the joint at an address of qpos, if it has some. */
  static Optional<JointLimits> of(Model model, int address) {
    double[] addresses = model.field("jnt_qposadr").values();
    double[] types = model.field("jnt_type").values();
    double[] limited = model.field("jnt_limited").values();
    for (int joint = 0; joint < addresses.length; joint++) {
      if (addresses[joint] == address && types[joint] >= 2 && limited[joint] != 0) {
        Model.Field range = model.field("jnt_range");
        return Optional.of(
            new JointLimits(range.at(joint, 0), range.at(joint, 1), types[joint] == HINGE));
      }
    }
    return Optional.empty();
  }

  /**
   * Requires that every limited slide or hinge is inside its range.
   *
   * @param state positions first, as the simulator has them
   * @throws IllegalArgumentException if one is not; names it, its number in the state and its range
   */
  public static void requireInside(Model model, double[] state) {
    double[] addresses = model.field("jnt_qposadr").values();
    for (int joint = 0; joint < addresses.length; joint++) {
      int at = (int) addresses[joint];
      if (at < state.length) {
        Optional<JointLimits> limits = of(model, at);
        if (limits.isPresent() && !limits.get().contains(state[at])) {
          throw new IllegalArgumentException(
              "state[%d], joint \"%s\": found %s, expected a value inside its range, %s"
                  .formatted(at, model.names(Element.JOINT).get(joint), state[at], limits.get()));
        }
      }
    }
  }

  private boolean contains(double position) {
    return position >= low - ROUNDING && position <= high + ROUNDING;
  }

  /**
   * Requires that initial positions lie inside.
   *
   * @throws IllegalArgumentException if they do not; the message names both ranges and the unit
   */
  void require(String joint, double from, double upTo) {
    if (from < low - ROUNDING || upTo > high + ROUNDING) {
      throw new IllegalArgumentException(
          "start of joint \"%s\": found %s to %s, expected values inside its range, %s"
              .formatted(joint, from, upTo, this));
    }
  }

  @Override
  public String toString() {
    return angle
        ? String.format(
            Locale.ROOT,
            "%.6g to %.6g radians (%.4g to %.4g degrees)",
            low,
            high,
            Math.toDegrees(low),
            Math.toDegrees(high))
        : String.format(Locale.ROOT, "%.6g to %.6g metres", low, high);
  }
}

package dev.difftop.env.mujoco.physics;

import dev.difftop.mujoco.preset.global.MuJoCo;

/** The kinds of named things in a model. */
public enum Element {
  /** Bodies; number 0 is the world. */
  BODY("body", "body", MuJoCo.mjOBJ_BODY),
  /** Joints, in the order of qpos. */
  JOINT("joint", "jnt", MuJoCo.mjOBJ_JOINT),
  /** Geoms. */
  GEOM("geom", "geom", MuJoCo.mjOBJ_GEOM),
  /** Sites. */
  SITE("site", "site", MuJoCo.mjOBJ_SITE),
  /** Cameras. */
  CAMERA("camera", "cam", MuJoCo.mjOBJ_CAMERA),
  /** Tendons. */
  TENDON("tendon", "tendon", MuJoCo.mjOBJ_TENDON),
  /** Equality constraints. */
  EQUALITY("equality constraint", "eq", MuJoCo.mjOBJ_EQUALITY),
  /** Actuators, in the order of ctrl. */
  ACTUATOR("actuator", "actuator", MuJoCo.mjOBJ_ACTUATOR),
  /** Sensors, in the order of sensordata. */
  SENSOR("sensor", "sensor", MuJoCo.mjOBJ_SENSOR);

  private final String title;
  private final String prefix;
  private final int type;

  Element(String title, String prefix, int type) {
    this.title = title;
    this.prefix = prefix;
    this.type = type;
  }

  /** How a message calls it. */
  public String title() {
    return title;
  }

  /** What the names of its arrays in mjModel begin with: {@code jnt} in {@code jnt_range}. */
  public String prefix() {
    return prefix;
  }

  /** The name in mjModel of how many there are. */
  String size() {
    return switch (this) {
      case ACTUATOR -> "nu";
      default -> "n" + prefix;
    };
  }

  /** MuJoCo's number of the kind, an {@code mjtObj}. */
  int type() {
    return type;
  }
}

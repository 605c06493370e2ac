package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Expert;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.tasks.definition.StateCheck;

/**
 * Demonstrates {@code reach-around}: straight ahead until close before the wall, then aside, still
 * advancing, to the side that chance has chosen, past the wall, and to the target. What it does
 * depends on the place and the side alone, so that it recovers from disturbances; nothing tells the
 * side before it turns, and the mean of both ways leads straight into the wall.
 */
final class ScriptedReachAround implements Expert {
  private static final double TURN = -0.14;
  private static final double BEFORE_WALL = -0.075;
  private static final double BEHIND_WALL = 0.03;
  private static final double BESIDE_WALL = 0.115;
  private static final double SAFELY_BESIDE = 0.1;
  private static final double TARGET = 0.2;

  /** How far it advances while it goes aside, in fractions of full speed. */
  private static final double ADVANCE = 0.4;

  /** Fraction of full speed per metre of distance: it slows down over the last 5 cm. */
  private static final double EAGERNESS = 20;

  private double side = 1;

  ScriptedReachAround(Model model) {
    StateCheck.require(model, "hand_x", "hand_y");
  }

  @Override
  public void begin(RandomStream random) {
    side = random.nextDouble() < 0.5 ? 1 : -1;
  }

  @Override
  public double[] act(double[] state) {
    StateCheck.requireLength("reach-around", state, 4);
    double x = state[0];
    if (x < TURN) {
      return towards(state, TURN + 0.1, state[1]);
    }
    if (x >= BEHIND_WALL) {
      return towards(state, TARGET, 0);
    }
    if (side * state[1] >= SAFELY_BESIDE) {
      return towards(state, BEHIND_WALL + 0.1, side * BESIDE_WALL);
    }
    double advance = Math.min(ADVANCE, EAGERNESS * (BEFORE_WALL - x));
    return new double[] {Math.max(-1, advance), side};
  }

  /** Full speed, less close to the place. */
  private static double[] towards(double[] state, double x, double y) {
    double dx = x - state[0];
    double dy = y - state[1];
    double distance = Math.hypot(dx, dy);
    double speed = Math.min(1, EAGERNESS * distance) / Math.max(distance, 1e-9);
    return new double[] {speed * dx, speed * dy};
  }

  @Override
  public void close() {
    // It owns nothing.
  }
}

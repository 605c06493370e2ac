package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Expert;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.tasks.definition.StateCheck;

/**
 * Demonstrates {@code lift}: above the cube, down with open fingers, grip, up. Every action follows
 * from the present state alone, so that it recovers from disturbances.
 */
final class ScriptedLift implements Expert {
  private static final int HAND = 0;
  private static final int FINGER = 3;
  private static final int CUBE = 5;
  private static final int STATE = 12 + 11;

  /** Height of the point between the finger tips where joint hand_z is 0. */
  private static final double PINCH = 0.15;

  /** Height of that point above the cube's middle from which fingers are clear of the cube. */
  private static final double CLEAR = 0.055;

  /** Where both fingers touch the cube, in metres of their joints. */
  private static final double TOUCHING = 0.0175;

  private static final double ALIGNED = 0.008;
  private static final double DOWN = 0.006;
  private static final double OPEN = -1;
  private static final double CLOSE = 1;

  /** Fraction of full speed per metre of distance. */
  private static final double EAGERNESS = 25;

  ScriptedLift(Model model) {
    StateCheck.require(model, "hand_x", "hand_y", "hand_z", "left_finger", "right_finger", "cube");
  }

  @Override
  public void begin(RandomStream random) {
    // It leaves nothing to chance.
  }

  @Override
  public double[] act(double[] state) {
    StateCheck.requireLength("lift", state, STATE);
    double dx = state[CUBE] - state[HAND];
    double dy = state[CUBE + 1] - state[HAND + 1];
    double above = PINCH + state[HAND + 2] - state[CUBE + 2];
    double apart = Math.hypot(dx, dy);
    boolean around = apart < 2 * ALIGNED && above < 2 * DOWN;
    if (around && state[FINGER] > TOUCHING) {
      return action(0, 0, 1, CLOSE);
    }
    if (apart < ALIGNED && above < DOWN) {
      return action(dx, dy, 0, CLOSE);
    }
    if (apart < ALIGNED || above < CLEAR - 0.01 && apart < 2 * ALIGNED) {
      return action(dx, dy, -above, OPEN);
    }
    return above < CLEAR - 0.01
        ? action(0, 0, CLEAR - above, OPEN)
        : action(dx, dy, CLEAR + 0.01 - above, OPEN);
  }

  private static double[] action(double dx, double dy, double dz, double grip) {
    return new double[] {clamp(EAGERNESS * dx), clamp(EAGERNESS * dy), clamp(EAGERNESS * dz), grip};
  }

  private static double clamp(double v) {
    return Math.max(-1, Math.min(1, v));
  }

  @Override
  public void close() {
    // It owns nothing.
  }
}

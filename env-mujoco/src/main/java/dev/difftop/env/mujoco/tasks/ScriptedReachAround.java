package dev.difftop.env.mujoco.tasks;

import dev.difftop.api.Demonstrator;
import dev.difftop.api.RandomStream;
import dev.difftop.env.mujoco.physics.Model;

/**
 * Demonstrates {@code reach-around}: straight ahead until close before the wall, then along it to
 * the side that chance has chosen, past it, and to the target. What it does depends on the state
 * and the side alone, so that it recovers from disturbances; it does not depend on where it
 * started, so that nothing but the past tells the side until it turns.
 */
final class ScriptedReachAround implements Demonstrator {
  private static final double BEFORE_WALL = -0.09;
  private static final double BEHIND_WALL = 0.035;
  private static final double BESIDE_WALL = 0.165;
  private static final double SAFELY_BESIDE = 0.145;
  private static final double TARGET = 0.2;

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
    double aside = side * state[1];
    if (x >= BEHIND_WALL - 0.005) {
      return towards(state, TARGET, 0);
    }
    if (aside >= SAFELY_BESIDE) {
      return towards(state, BEHIND_WALL + 0.1, side * BESIDE_WALL);
    }
    return x < BEFORE_WALL - 0.03
        ? towards(state, BEFORE_WALL + 0.05, state[1])
        : towards(state, BEFORE_WALL, side * (BESIDE_WALL + 0.1));
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

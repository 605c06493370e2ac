package dev.difftop.env.mujoco.tasks;

import dev.difftop.api.RandomStream;
import dev.difftop.env.mujoco.physics.Simulation;
import java.nio.DoubleBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A finger that pushes a T onto a painted one. Observed: the place of the finger, the place of the
 * T with cosine and sine of its angle, velocities. The reward is the covered share of the painted
 * T, 1 from 0.9 on; the goal is met there.
 */
final class PushT implements Task {
  private static final double SPREAD = 0.1;
  private static final double FINGER_SPREAD = 0.26;

  /** Distance from the middle of the T at which a finger never touches it. */
  static final double FREE_RADIUS = 0.115;

  private static final int TEE = 0;
  private static final int FINGER = 3;

  private final Simulation simulation;
  private final Tee tee;

  PushT(Simulation simulation) {
    this.simulation = simulation;
    StateCheck.require(simulation.model(), "tee_x", "tee_y", "tee_turn", "finger_x", "finger_y");
    tee = new Tee(simulation);
  }

  @Override
  public void begin(RandomStream random) {
    DoubleBuffer qpos = simulation.qpos();
    double x = random.nextDouble(-SPREAD, SPREAD);
    double y = random.nextDouble(-SPREAD, SPREAD);
    qpos.put(TEE, x).put(TEE + 1, y).put(TEE + 2, random.nextDouble(-Math.PI, Math.PI));
    double fx;
    double fy;
    do {
      fx = random.nextDouble(-FINGER_SPREAD, FINGER_SPREAD);
      fy = random.nextDouble(-FINGER_SPREAD, FINGER_SPREAD);
    } while (Math.hypot(fx - x, fy - y) < FREE_RADIUS);
    qpos.put(FINGER, fx).put(FINGER + 1, fy);
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("finger", 2), new Part("tee", 4), new Part("velocity", 5));
  }

  @Override
  public void observe(double[] out, int offset) {
    DoubleBuffer qpos = simulation.qpos();
    int at = Numbers.some(qpos, FINGER, 2, out, offset);
    at = Numbers.some(qpos, TEE, 2, out, at);
    out[at++] = Math.cos(qpos.get(TEE + 2));
    out[at++] = Math.sin(qpos.get(TEE + 2));
    Numbers.rest(simulation.qvel(), 0, out, at);
  }

  private double coverage() {
    DoubleBuffer qpos = simulation.qpos();
    return tee.coverage(qpos.get(TEE), qpos.get(TEE + 1), qpos.get(TEE + 2));
  }

  @Override
  public double reward() {
    return Math.min(1, coverage() / Tee.ENOUGH);
  }

  @Override
  public Optional<Boolean> success() {
    return coverage() >= Tee.ENOUGH ? MET : NOT_MET;
  }
}

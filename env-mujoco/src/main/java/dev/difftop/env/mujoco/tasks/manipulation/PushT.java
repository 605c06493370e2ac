package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Numbers;
import dev.difftop.env.mujoco.tasks.definition.StateCheck;
import dev.difftop.env.mujoco.tasks.definition.Task;
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

  /** Metres that a finger keeps from a T which it does not touch. */
  private static final double GAP = 0.0115;

  private static final int TEE = 0;
  private static final int FINGER = 3;

  private final Simulation simulation;
  private final Tee tee;
  private final double freeRadius;

  PushT(Simulation simulation) {
    this.simulation = simulation;
    StateCheck.require(simulation.model(), "tee_x", "tee_y", "tee_turn", "finger_x", "finger_y");
    tee = new Tee(simulation);
    freeRadius = freeRadius(tee, simulation.model());
  }

  /** Radius of the finger in metres. */
  static double fingerRadius(Model model) {
    return model.field("geom_size").at(model.index(Element.GEOM, "finger"), 0);
  }

  /** Distance in metres from the middle of the T at which a finger never touches it. */
  static double freeRadius(Tee tee, Model model) {
    return tee.radius() + fingerRadius(model) + GAP;
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
    } while (Math.hypot(fx - x, fy - y) < freeRadius);
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

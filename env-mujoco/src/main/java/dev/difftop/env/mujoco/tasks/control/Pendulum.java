package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.util.List;

/**
 * A pendulum with a weak motor. Observed: orientation (cosine and sine of the angle, upright is 0)
 * and velocity. The reward is 1 within 8 degrees of upright, else 0.
 */
public final class Pendulum implements Task {
  private static final double COS_8_DEGREES = Math.cos(Math.toRadians(8));

  private final Simulation simulation;
  private final int pole;

  public Pendulum(Simulation simulation) {
    this.simulation = simulation;
    pole = simulation.model().index(Element.BODY, "pole");
  }

  @Override
  public void begin(RandomStream random) {
    simulation.qpos().put(0, random.nextDouble(-Math.PI, Math.PI));
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("orientation", 2), new Part("velocity", 1));
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = uprightness();
    out[offset + 1] = simulation.bodyRotation(pole, 0, 2);
    out[offset + 2] = simulation.qvel().get(0);
  }

  @Override
  public double reward() {
    // An entry that rounding lifts above 1 is outside, as in the original.
    return Tolerance.inside(uprightness(), COS_8_DEGREES, 1);
  }

  private double uprightness() {
    return simulation.bodyRotation(pole, 2, 2);
  }
}

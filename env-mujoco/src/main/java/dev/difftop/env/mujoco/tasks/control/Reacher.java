package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Numbers;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.nio.DoubleBuffer;
import java.util.List;
import java.util.Map;

/**
 * An arm of two links on a table, and a target placed anew in each episode. The reward is 1 while
 * the tip touches the target, else 0.
 */
public final class Reacher implements Task {
  private static final double TIP_RADIUS = 0.01;
  private static final double TARGET_HEIGHT = 0.01;

  private final Simulation simulation;
  private final RandomJoints joints;
  private final int target;
  private final int finger;
  private final double targetRadius;

  private Reacher(Simulation simulation, double targetRadius) {
    this.simulation = simulation;
    this.targetRadius = targetRadius;
    joints = RandomJoints.all(simulation);
    target = simulation.model().index(Element.GEOM, "target");
    finger = simulation.model().index(Element.GEOM, "finger");
    simulation.ownParameter("geom_size").put(3 * target, targetRadius);
  }

  /** A large target. */
  public static Task easy(Simulation simulation) {
    return new Reacher(simulation, 0.05);
  }

  /** A small target. */
  public static Task hard(Simulation simulation) {
    return new Reacher(simulation, 0.015);
  }

  @Override
  public void begin(RandomStream random) {
    joints.draw(random);
    place(random.nextDouble(0, 2 * Math.PI), random.nextDouble(0.05, 0.20));
  }

  private void place(double angle, double distance) {
    place(distance * Math.sin(angle), distance * Math.cos(angle), TARGET_HEIGHT);
  }

  private void place(double x, double y, double z) {
    DoubleBuffer position = simulation.ownParameter("geom_pos");
    position.put(3 * target, x);
    position.put(3 * target + 1, y);
    position.put(3 * target + 2, z);
  }

  /** {@code target}: the target's place (x, y) in the world. */
  @Override
  public void setParameters(Map<String, Object> parameters) {
    TargetParameters given = new TargetParameters(parameters, "xy", target);
    if (given.hasAngle()) {
      place(given.angle(), given.distance(0));
      return;
    }
    DoubleBuffer now = simulation.ownParameter("geom_pos");
    place(
        given.coordinate(0, now.get(3 * target)),
        given.coordinate(1, now.get(3 * target + 1)),
        given.coordinate(2, now.get(3 * target + 2)));
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("position", 2), new Part("to_target", 2), new Part("velocity", 2));
  }

  @Override
  public void observe(double[] out, int offset) {
    int at = Numbers.rest(simulation.qpos(), 0, out, offset);
    out[at] = toTarget(0);
    out[at + 1] = toTarget(1);
    Numbers.rest(simulation.qvel(), 0, out, at + 2);
  }

  private double toTarget(int axis) {
    return simulation.geomPosition(target, axis) - simulation.geomPosition(finger, axis);
  }

  @Override
  public double reward() {
    double x = toTarget(0);
    double y = toTarget(1);
    return Tolerance.inside(Math.sqrt(x * x + y * y), 0, targetRadius + TIP_RADIUS);
  }
}

package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Numbers;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import dev.difftop.env.mujoco.tasks.definition.Tolerance.Kind;
import java.util.List;

/** A planar biped that is to stand upright, and to walk or run at a speed. */
public final class Walker implements Task {
  private static final double STAND_HEIGHT = 1.2;
  private static final double WALK_SPEED = 1;
  private static final double RUN_SPEED = 8;

  private final Simulation simulation;
  private final RandomJoints joints;
  private final double speed;
  private final int torso;
  private final int bodies;
  private final int velocity;

  private Walker(Simulation simulation, double speed) {
    this.simulation = simulation;
    this.speed = speed;
    Model model = simulation.model();
    joints = RandomJoints.all(simulation);
    torso = model.index(Element.BODY, "torso");
    bodies = model.count(Element.BODY);
    velocity = model.sensorAddress("torso_subtreelinvel");
  }

  public static Task stand(Simulation simulation) {
    return new Walker(simulation, 0);
  }

  public static Task walk(Simulation simulation) {
    return new Walker(simulation, WALK_SPEED);
  }

  public static Task run(Simulation simulation) {
    return new Walker(simulation, RUN_SPEED);
  }

  @Override
  public void begin(RandomStream random) {
    joints.draw(random);
  }

  @Override
  public List<Part> parts() {
    return List.of(
        new Part("orientations", 2 * (bodies - 1)),
        new Part("height", 1),
        new Part("velocity", simulation.model().nv()));
  }

  @Override
  public void observe(double[] out, int offset) {
    int at = offset;
    for (int body = 1; body < bodies; body++) {
      out[at++] = simulation.bodyRotation(body, 0, 0);
      out[at++] = simulation.bodyRotation(body, 0, 2);
    }
    out[at++] = simulation.bodyPosition(torso, 2);
    Numbers.rest(simulation.qvel(), 0, out, at);
  }

  @Override
  public double reward() {
    double height = simulation.bodyPosition(torso, 2);
    double standing =
        Tolerance.of(
            height,
            STAND_HEIGHT,
            Double.POSITIVE_INFINITY,
            STAND_HEIGHT / 2,
            Kind.GAUSSIAN,
            Tolerance.DEFAULT_VALUE);
    double upright = (1 + simulation.bodyRotation(torso, 2, 2)) / 2;
    double stand = (3 * standing + upright) / 4;
    return speed == 0 ? stand : stand * (5 * moving() + 1) / 6;
  }

  private double moving() {
    double found = simulation.sensors().get(velocity);
    return Tolerance.of(found, speed, Double.POSITIVE_INFINITY, speed / 2, Kind.LINEAR, 0.5);
  }
}

package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Task;
import java.nio.DoubleBuffer;
import java.util.List;
import java.util.Map;

/**
 * A finger of two links beside a body that turns freely. Spin: 1 while the body turns faster than
 * 15 rad/s; turn: 1 while its tip is inside a target that is placed anew in each episode.
 */
public final class Finger implements Task {
  private static final double SPIN_DAMPING = 0.03;
  private static final double SPIN_VELOCITY = -15;
  private static final double SPINNER_X = 0.2;
  private static final double SPINNER_Z = 0.4;
  private static final double TIP_DISTANCE = 0.13;
  private static final int MOST_DRAWS = 1000;

  private final Simulation simulation;
  private final RandomJoints joints;
  private final boolean turns;
  private final double targetRadius;
  private final int targetSite;
  private final int proximal;
  private final int distal;
  private final int proximalVelocity;
  private final int distalVelocity;
  private final int hingeVelocity;
  private final int tip;
  private final int target;
  private final int spinner;
  private final int touchTop;
  private final int touchBottom;

  private Finger(Simulation simulation, boolean turns, double targetRadius) {
    this.simulation = simulation;
    this.turns = turns;
    this.targetRadius = targetRadius;
    Model model = simulation.model();
    joints = RandomJoints.all(simulation);
    targetSite = model.index(Element.SITE, "target");
    proximal = model.sensorAddress("proximal");
    distal = model.sensorAddress("distal");
    proximalVelocity = model.sensorAddress("proximal_velocity");
    distalVelocity = model.sensorAddress("distal_velocity");
    hingeVelocity = model.sensorAddress("hinge_velocity");
    tip = model.sensorAddress("tip");
    target = model.sensorAddress("target");
    spinner = model.sensorAddress("spinner");
    touchTop = model.sensorAddress("touchtop");
    touchBottom = model.sensorAddress("touchbottom");
  }

  /** Keep the body spinning; its hinge is loosened. */
  public static Task spin(Simulation simulation) {
    Model model = simulation.model();
    int hinge = (int) model.field("jnt_dofadr").values()[model.index(Element.JOINT, "hinge")];
    simulation.ownParameter("dof_damping").put(hinge, SPIN_DAMPING);
    return new Finger(simulation, false, 0);
  }

  /** Bring the tip to a large target. */
  public static Task turnEasy(Simulation simulation) {
    return turn(simulation, 0.07);
  }

  /** Bring the tip to a small target. */
  public static Task turnHard(Simulation simulation) {
    return turn(simulation, 0.03);
  }

  private static Task turn(Simulation simulation, double radius) {
    Finger task = new Finger(simulation, true, radius);
    simulation.ownParameter("site_size").put(3 * task.targetSite, radius);
    return task;
  }

  @Override
  public void begin(RandomStream random) {
    if (turns) {
      place(random.nextDouble(-Math.PI, Math.PI));
    }
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      joints.draw(random);
      simulation.forwardWithoutActuation();
      if (simulation.contacts() == 0) {
        return;
      }
    }
    throw new MujocoException(
        "no position without contact was found in " + MOST_DRAWS + " random ones");
  }

  private void place(double angle) {
    place(
        SPINNER_X + TIP_DISTANCE * Math.sin(angle), 0, SPINNER_Z + TIP_DISTANCE * Math.cos(angle));
  }

  private void place(double x, double y, double z) {
    DoubleBuffer position = simulation.ownParameter("site_pos");
    position.put(3 * targetSite, x);
    position.put(3 * targetSite + 1, y);
    position.put(3 * targetSite + 2, z);
  }

  /** {@code target}: the target's place (x, z) in the world. */
  @Override
  public void setParameters(Map<String, Object> parameters) {
    TargetParameters given = new TargetParameters(parameters, "xz", targetSite);
    if (given.hasAngle()) {
      place(given.angle());
      return;
    }
    DoubleBuffer now = simulation.ownParameter("site_pos");
    place(
        given.coordinate(0, now.get(3 * targetSite)),
        given.coordinate(1, now.get(3 * targetSite + 1)),
        given.coordinate(2, now.get(3 * targetSite + 2)));
  }

  @Override
  public List<Part> parts() {
    List<Part> common =
        List.of(new Part("position", 4), new Part("velocity", 3), new Part("touch", 2));
    return turns
        ? List.of(
            common.get(0),
            common.get(1),
            common.get(2),
            new Part("target_position", 2),
            new Part("dist_to_target", 1))
        : common;
  }

  @Override
  public void observe(double[] out, int offset) {
    DoubleBuffer sensors = simulation.sensors();
    out[offset] = sensors.get(proximal);
    out[offset + 1] = sensors.get(distal);
    out[offset + 2] = fromSpinner(tip, 0);
    out[offset + 3] = fromSpinner(tip, 2);
    out[offset + 4] = sensors.get(proximalVelocity);
    out[offset + 5] = sensors.get(distalVelocity);
    out[offset + 6] = sensors.get(hingeVelocity);
    out[offset + 7] = Math.log1p(sensors.get(touchTop));
    out[offset + 8] = Math.log1p(sensors.get(touchBottom));
    if (turns) {
      out[offset + 9] = fromSpinner(target, 0);
      out[offset + 10] = fromSpinner(target, 2);
      out[offset + 11] = distanceToTarget();
    }
  }

  private double fromSpinner(int what, int axis) {
    return simulation.sensors().get(what + axis) - simulation.sensors().get(spinner + axis);
  }

  private double distanceToTarget() {
    double x = fromSpinner(target, 0) - fromSpinner(tip, 0);
    double z = fromSpinner(target, 2) - fromSpinner(tip, 2);
    return Math.sqrt(x * x + z * z) - targetRadius;
  }

  @Override
  public double reward() {
    boolean good =
        turns ? distanceToTarget() <= 0 : simulation.sensors().get(hingeVelocity) <= SPIN_VELOCITY;
    return good ? 1 : 0;
  }
}

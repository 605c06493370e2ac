package dev.difftop.env.mujoco.tasks.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Numbers;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import dev.difftop.env.mujoco.tasks.definition.Tolerance.Kind;
import java.util.List;

/** A planar animal that is to run; the reward is its speed, full from 10 m/s on. */
public final class Cheetah implements Task {
  private static final double SPEED = 10;
  private static final int SETTLING_STEPS = 200;

  private final Simulation simulation;
  private final RandomJoints joints;
  private final int velocity;

  public Cheetah(Simulation simulation) {
    this.simulation = simulation;
    joints = RandomJoints.limited(simulation);
    velocity = simulation.model().sensorAddress("torso_subtreelinvel");
  }

  @Override
  public void begin(RandomStream random) {
    joints.draw(random);
    simulation
        .physicsStep(SETTLING_STEPS)
        .ifPresent(
            trouble -> {
              throw new MujocoException("the cheetah did not settle: " + trouble);
            });
    simulation.setTime(0);
  }

  @Override
  public List<Part> parts() {
    return List.of(
        new Part("position", simulation.model().nq() - 1),
        new Part("velocity", simulation.model().nv()));
  }

  @Override
  public void observe(double[] out, int offset) {
    int at = Numbers.rest(simulation.qpos(), 1, out, offset);
    Numbers.rest(simulation.qvel(), 0, out, at);
  }

  @Override
  public double reward() {
    double speed = simulation.sensors().get(velocity);
    return Tolerance.of(speed, SPEED, Double.POSITIVE_INFINITY, SPEED, Kind.LINEAR, 0);
  }
}

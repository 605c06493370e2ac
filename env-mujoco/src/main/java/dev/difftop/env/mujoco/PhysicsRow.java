package dev.difftop.env.mujoco;

import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.Simulation;
import java.util.Arrays;

/**
 * Steps one state at a time, and differences the step. Time is 0 and the constraint solver starts
 * afresh each time, so that the result depends on state and action alone. Used by one thread at a
 * time.
 *
 * <p>The Jacobian is by central differences. Actuators clamp their controls, so at the edge of the
 * action's range the difference is taken on the inner side, and beyond it is 0. Quaternions are
 * differenced in their tangent space, since MuJoCo normalises them.
 */
final class PhysicsRow implements AutoCloseable {
  private final Simulation simulation;
  private final ActionScale actions;
  private final int physicsSteps;
  private final int nx;
  private final int nu;
  private final double[] x;
  private final double[] u;
  private final Simulation.JacobianRequest request;
  private final double[] single;

  /**
   * Steps of a simulation.
   *
   * @param simulation belongs to this row from now on
   */
  PhysicsRow(Simulation simulation, ActionScale actions, int physicsSteps, double differenceStep) {
    Model model = simulation.model();
    this.simulation = simulation;
    this.actions = actions;
    this.physicsSteps = physicsSteps;
    this.nx = PhysicsState.size(model);
    this.nu = actions.size();
    this.x = new double[nx];
    this.u = new double[nu];
    this.request = actions.jacobianRequest(physicsSteps, differenceStep);
    this.single = new double[nx * (nx + nu)];
  }

  /**
   * The state after the step.
   *
   * @param states shape (rows, nx)
   * @param controls actions, shape (rows, nu)
   * @param row which
   * @param next shape (rows, nx), row {@code row} is overwritten; with NaN if the step fails
   */
  void value(double[] states, double[] controls, int row, double[] next) {
    load(states, controls, row);
    step(next, row * nx);
  }

  /**
   * The derivatives of the state after the step.
   *
   * @param jacobian shape (rows, nx, nx + nu), row {@code row} is overwritten; with NaN where a
   *     step fails
   */
  void jacobian(double[] states, double[] controls, int row, double[] jacobian) {
    load(states, controls, row);
    boolean sound = isFinite(x) && isFinite(u) && simulation.jacobian(request, x, u, single);
    if (!sound) {
      Arrays.fill(single, Double.NaN);
    }
    System.arraycopy(single, 0, jacobian, row * single.length, single.length);
  }

  private void load(double[] states, double[] controls, int row) {
    System.arraycopy(states, row * nx, x, 0, nx);
    System.arraycopy(controls, row * nu, u, 0, nu);
  }

  private void step(double[] next, int offset) {
    if (isFinite(x) && isFinite(u) && move()) {
      PhysicsState.read(simulation, next, offset);
    } else {
      Arrays.fill(next, offset, offset + nx, Double.NaN);
    }
  }

  private static boolean isFinite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private boolean move() {
    simulation.setTime(0);
    PhysicsState.write(simulation, x, 0);
    actions.write(u, simulation.ctrl());
    boolean sound;
    try {
      sound = simulation.physicsStep(physicsSteps).isEmpty();
    } catch (MujocoException e) {
      // The row's NaN says it; an exception would take the other rows along.
      sound = false;
    }
    if (!sound) {
      simulation.reset();
    }
    return sound;
  }

  @Override
  public void close() {
    simulation.close();
  }
}

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
 * action's range the difference is taken on the inner side, and beyond it is 0. Positions that hold
 * quaternions are differenced number by number; MuJoCo normalises them.
 */
final class PhysicsRow implements AutoCloseable {
  private final Simulation simulation;
  private final ActionScale actions;
  private final int physicsSteps;
  private final double differenceStep;
  private final int nx;
  private final int nu;
  private final double[] x;
  private final double[] u;
  private final double[] above;
  private final double[] below;

  /**
   * Steps of a simulation.
   *
   * @param simulation belongs to this row from now on
   */
  PhysicsRow(
      Simulation simulation, ActionScale actions, int physicsSteps, double differenceStep) {
    Model model = simulation.model();
    this.simulation = simulation;
    this.actions = actions;
    this.physicsSteps = physicsSteps;
    this.differenceStep = differenceStep;
    this.nx = PhysicsState.size(model);
    this.nu = actions.size();
    this.x = new double[nx];
    this.u = new double[nu];
    this.above = new double[nx];
    this.below = new double[nx];
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
    int offset = row * nx * (nx + nu);
    for (int j = 0; j < nx; j++) {
      double h = differenceStep * Math.max(1, Math.abs(x[j]));
      column(x, j, x[j] + h, x[j] - h, jacobian, offset + j);
    }
    for (int j = 0; j < nu; j++) {
      double high = Math.min(1, u[j] + differenceStep);
      double low = Math.max(-1, u[j] - differenceStep);
      column(u, j, high, low, jacobian, offset + nx + j);
    }
  }

  private void load(double[] states, double[] controls, int row) {
    System.arraycopy(states, row * nx, x, 0, nx);
    System.arraycopy(controls, row * nu, u, 0, nu);
  }

  private void column(double[] of, int j, double high, double low, double[] jacobian, int offset) {
    double kept = of[j];
    // Where the range is left behind, the action is clamped whichever way it goes a little.
    boolean clamped = high <= low;
    if (!clamped) {
      of[j] = high;
      step(above, 0);
      of[j] = low;
      step(below, 0);
      of[j] = kept;
    }
    for (int i = 0; i < nx; i++) {
      jacobian[offset + i * (nx + nu)] = clamped ? 0 : (above[i] - below[i]) / (high - low);
    }
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

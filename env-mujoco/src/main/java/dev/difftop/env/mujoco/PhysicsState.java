package dev.difftop.env.mujoco;

import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import java.nio.DoubleBuffer;

/** The state that determines what follows: positions, velocities, activations, side by side. */
final class PhysicsState {
  private PhysicsState() {}

  /** nx = nq + nv + na. */
  static int size(Model model) {
    return model.nq() + model.nv() + model.na();
  }

  /** Copies the state of a simulation to {@code out[offset ...]}. */
  static void read(Simulation simulation, double[] out, int offset) {
    DoubleBuffer qpos = simulation.qpos();
    DoubleBuffer qvel = simulation.qvel();
    DoubleBuffer act = simulation.act();
    qpos.get(0, out, offset, qpos.capacity());
    qvel.get(0, out, offset + qpos.capacity(), qvel.capacity());
    act.get(0, out, offset + qpos.capacity() + qvel.capacity(), act.capacity());
  }

  /** Writes {@code state[offset ...]} to a simulation; what follows from it is not computed. */
  static void write(Simulation simulation, double[] state, int offset) {
    DoubleBuffer qpos = simulation.qpos();
    DoubleBuffer qvel = simulation.qvel();
    DoubleBuffer act = simulation.act();
    qpos.put(0, state, offset, qpos.capacity());
    qvel.put(0, state, offset + qpos.capacity(), qvel.capacity());
    act.put(0, state, offset + qpos.capacity() + qvel.capacity(), act.capacity());
    simulation.clearWarmStart();
  }
}

package dev.difftop.env.mujoco;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.util.Optional;

/**
 * One world in which one episode after the other takes place. Belongs to one thread at a time; a
 * step makes no objects while all goes well.
 */
final class Episode implements AutoCloseable {
  private final TaskDefinition definition;
  private final Simulation simulation;
  private final Task task;
  private final ActionScale actions;
  private final int actionRepeat;
  private final int length;
  private final double[] before;
  private int steps;
  private boolean terminal;
  private String trouble = "";

  /**
   * A world in the model's reference state.
   *
   * @param model shared; the world takes part in its ownership
   * @param actionRepeat control steps per agent step
   * @param length agent steps per episode
   */
  Episode(
      TaskDefinition definition, Model model, ActionScale actions, int actionRepeat, int length) {
    this.definition = definition;
    this.actions = actions;
    this.actionRepeat = actionRepeat;
    this.length = length;
    this.before = new double[PhysicsState.size(model)];
    simulation = new Simulation(model);
    try {
      task = definition.task().in(simulation);
      simulation.forward();
    } catch (RuntimeException e) {
      simulation.close();
      throw e;
    }
  }

  Simulation simulation() {
    return simulation;
  }

  Task task() {
    return task;
  }

  /** Starts an episode. */
  void begin(RandomStream random) {
    simulation.reset();
    task.begin(random);
    simulation.forwardWithoutActuation();
    steps = 0;
    terminal = false;
    trouble = "";
  }

  /**
   * One agent step.
   *
   * @param action the action is {@code action[offset ...]}, already checked
   * @return the reward, summed over the action repeat
   */
  double step(double[] action, int offset) {
    actions.write(action, offset, simulation.ctrl());
    PhysicsState.read(simulation, before, 0);
    double reward = 0;
    for (int i = 0; i < actionRepeat && !terminal; i++) {
      task.beforeStep();
      Optional<String> found = controlStep();
      if (found.isPresent()) {
        fail(found.get());
        return reward;
      }
      task.advance();
      reward += task.reward();
      terminal = task.isTerminal();
    }
    steps++;
    return reward;
  }

  private Optional<String> controlStep() {
    try {
      return simulation.controlStep(definition.physicsSteps());
    } catch (MujocoException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Goes back to the last sound state. */
  private void fail(String reason) {
    simulation.reset();
    PhysicsState.write(simulation, before, 0);
    simulation.forwardWithoutActuation();
    trouble =
        "%s: the simulation failed in agent step %d: %s"
            .formatted(definition.name(), steps, reason);
  }

  /** Whether and why the last step ended the episode. */
  End end() {
    if (!trouble.isEmpty()) {
      return End.FAILED;
    }
    if (terminal) {
      return End.TERMINATED;
    }
    return steps < length ? End.NONE : End.TRUNCATED;
  }

  /** Why it failed; empty if it did not. */
  String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    simulation.close();
  }
}

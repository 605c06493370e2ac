package dev.difftop.env.mujoco;

import dev.difftop.api.Dynamics;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import jakarta.inject.Inject;

/**
 * The physics of a task as dynamics: the state is {@code [qpos, qvel, act]}, as {@link
 * dev.difftop.api.environment.Environment.Simulator} gives it, the action that of the environment,
 * in [-1, 1], and a step is one agent step with its action repeat. First derivatives are finite
 * differences, second ones there are none.
 */
public final class MujocoDynamics implements Dynamics {
  private final PhysicsStep step;

  /**
   * The dynamics of a task.
   *
   * @throws IllegalArgumentException on an unknown task
   * @throws dev.difftop.env.mujoco.physics.ModelException if the model has an error
   */
  @Inject
  MujocoDynamics(MujocoDynamicsConfig config) {
    TaskDefinition task = MujocoConfig.definition(config.task(), config.model(), config.custom());
    int repeat = config.actionRepeat() == 0 ? task.actionRepeat() : config.actionRepeat();
    step =
        new PhysicsStep(
            task.name(),
            task.newModel(config.model()),
            task::newSimulation,
            repeat * task.physicsSteps(),
            config.differenceStep(),
            config.threads());
  }

  @Override
  public int stateSize() {
    return step.resultSize();
  }

  @Override
  public int actionSize() {
    return step.argumentSizes()[1];
  }

  @Override
  public Tensor next(Stage at) {
    return Tensor.custom(step, at.x(), at.u());
  }

  @Override
  public boolean supportsSecondDerivatives() {
    return false;
  }
}

package dev.difftop.env.mujoco;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of {@link MujocoDynamics}. */
public record MujocoDynamicsConfig(
    @Doc("the task whose physics it is, such as cartpole-swingup; see env list") String task,
    @Doc("control steps per step of the dynamics; 0: the task's own number")
        @Range(min = 0, max = TaskDefinition.EPISODE)
        @Default("0")
        int actionRepeat,
    @Doc("MJCF file in place of the task's own model") Optional<Path> model,
    @Doc("a task of one's own for the model, as in the environment")
        Optional<CustomTaskConfig> custom,
    @Doc("step h of the central differences, times max(1, |x|)")
        @Range(min = 0, max = 0.1, open = true)
        @Default("1e-6")
        double differenceStep,
    @Doc("threads that share the rows of a call; the numbers do not depend on it")
        @Range(min = 1, max = 256)
        @Default("1")
        int threads) {

  /** The defaults for a task. */
  public static MujocoDynamicsConfig of(String task) {
    return new MujocoDynamicsConfig(task, 0, Optional.empty(), Optional.empty(), 1e-6, 1);
  }
}

package dev.difftop.env.mujoco;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.env.mujoco.tasks.Tasks;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of {@link MujocoEnvironment}. */
public record MujocoConfig(
    @Doc("the task, such as cartpole-swingup; see env list") String task,
    @Doc("control steps per agent step; 0: the task's own number")
        @Range(min = 0, max = TaskDefinition.EPISODE)
        @Default("0")
        int actionRepeat,
    @Doc("MJCF file in place of the task's own model; it must name its parts as that does")
        Optional<Path> model,
    @Doc("a task of one's own for the model; task is then its name")
        Optional<CustomTaskConfig> custom,
    @Doc("control steps of an episode; 0: the task's own number, 1000 in the control suite")
        @Range(min = 0)
        @Default("0")
        int episodeControlSteps,
    @Doc("how images are made") @Default("{}") RenderConfig render,
    @Doc("what is observed beside the task's own numbers: pixels, depth, points") @Default("{}")
        ViewConfig observe) {

  /** Settings for a task as published: its own model, action repeat and length. */
  public static MujocoConfig of(String task) {
    return new MujocoConfig(
        task,
        0,
        Optional.empty(),
        Optional.empty(),
        0,
        RenderConfig.standard(),
        ViewConfig.stateAlone());
  }

  /** As {@link #MujocoConfig}, for a task that there is. */
  public MujocoConfig(
      String task,
      int actionRepeat,
      Optional<Path> model,
      int episodeControlSteps,
      RenderConfig render) {
    this(
        task,
        actionRepeat,
        model,
        Optional.empty(),
        episodeControlSteps,
        render,
        ViewConfig.stateAlone());
  }

  /** These settings with other observations. */
  public MujocoConfig observing(ViewConfig views) {
    return new MujocoConfig(task, actionRepeat, model, custom, episodeControlSteps, render, views);
  }

  /**
   * The task.
   *
   * @throws IllegalArgumentException if there is none of that name, or one's own has no model
   */
  TaskDefinition definition() {
    return definition(task, model, custom);
  }

  /** The task of that name, or one's own for the model. */
  static TaskDefinition definition(
      String task, Optional<Path> model, Optional<CustomTaskConfig> custom) {
    if (custom.isEmpty()) {
      return Tasks.named(task);
    }
    if (model.isEmpty()) {
      throw new IllegalArgumentException(
          "custom: a task of one's own needs a model of one's own; add model: FILE.xml");
    }
    if (Tasks.names().contains(task)) {
      throw new IllegalArgumentException(
          "custom: there is a task %s already; give one's own another name".formatted(task));
    }
    return custom.get().definition(task);
  }
}

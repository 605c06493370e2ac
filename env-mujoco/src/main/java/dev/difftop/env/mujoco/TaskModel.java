package dev.difftop.env.mujoco;

import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What all worlds of a configured task share: the compiled model, the rhythm, the names. */
final class TaskModel implements AutoCloseable {
  private final TaskDefinition definition;
  private final Model model;
  private final ActionScale actions;
  private final EnvironmentSpec spec;

  /**
   * Compiles the model.
   *
   * @throws IllegalArgumentException on an unknown task, or an action repeat longer than an episode
   * @throws ModelException if the model has an error, or not the parts that the task needs
   */
  TaskModel(MujocoConfig config) {
    this(config.definition(), config.model(), config.actionRepeat(), config.episodeControlSteps());
  }

  /** As {@link #TaskModel(MujocoConfig)}, of any task. */
  TaskModel(TaskDefinition definition, Optional<Path> file, int actionRepeat, int controlSteps) {
    this.definition = definition;
    int length = controlSteps == 0 ? definition.episode() : controlSteps;
    int repeat = actionRepeat == 0 ? definition.actionRepeat() : actionRepeat;
    if (repeat > length) {
      throw new IllegalArgumentException(
          "action-repeat is %d, more than the %d control steps of an episode"
              .formatted(repeat, length));
    }
    model = definition.newModel(file);
    try {
      actions = new ActionScale(model);
      spec = newSpec(repeat, length / repeat);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private EnvironmentSpec newSpec(int repeat, int length) {
    Map<String, EnvironmentSpec.Observable> observables = new LinkedHashMap<>();
    try (Episode episode = new Episode(definition, model, actions, repeat, length)) {
      NamedObservations.of(episode.task())
          .forEach(
              (name, part) ->
                  observables.put(
                      name, new EnvironmentSpec.Observable(part.shape(), part.dtype())));
    }
    return new EnvironmentSpec(
        definition.name(),
        observables,
        actions.size(),
        model.timestep() * definition.physicsSteps() * repeat,
        length,
        repeat);
  }

  TaskDefinition definition() {
    return definition;
  }

  Model model() {
    return model;
  }

  ActionScale actions() {
    return actions;
  }

  EnvironmentSpec spec() {
    return spec;
  }

  /** A world of its own over the shared model. */
  Episode newEpisode() {
    return new Episode(definition, model, actions, spec.actionRepeat(), spec.episodeSteps());
  }

  @Override
  public void close() {
    model.close();
  }
}

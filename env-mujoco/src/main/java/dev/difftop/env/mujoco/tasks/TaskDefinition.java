package dev.difftop.env.mujoco.tasks;

import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.Simulation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * A task: a model, the rhythm of its control, and what it is about.
 *
 * @param name such as {@code cartpole-swingup}
 * @param summary one line for a person
 * @param model resource of its own model beside this class, such as {@code cartpole.xml}
 * @param physicsSteps physics steps per control step
 * @param actionRepeat control steps per agent step where the configuration does not say otherwise
 * @param task makes the task for a simulation of the model, or of another one with the same names
 */
public record TaskDefinition(
    String name,
    String summary,
    String model,
    int physicsSteps,
    int actionRepeat,
    Function<Simulation, Task> task) {
  /** Control steps of an episode of the control suite. */
  public static final int EPISODE = 1000;

  /**
   * Compiles the model.
   *
   * @param file an MJCF file in place of the task's own, which names its parts as that does
   * @throws ModelException if the model has an error
   */
  public Model newModel(Optional<Path> file) {
    return file.map(Model::load).orElseGet(() -> Model.parse(model, ownModel()));
  }

  private String ownModel() {
    try (InputStream in = TaskDefinition.class.getResourceAsStream(model)) {
      if (in == null) {
        throw new IllegalStateException("task " + name + ": the resource " + model + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

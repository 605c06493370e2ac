package dev.difftop.env.mujoco.tasks.definition;

import dev.difftop.api.environment.Expert;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.Simulation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task: a model, the rhythm of its control, and what it is about.
 *
 * @param name such as {@code cartpole-swingup}
 * @param summary one line for a person
 * @param model resource of its own model beside this class, such as {@code cartpole.xml}
 * @param physicsSteps physics steps per control step
 * @param actionRepeat control steps per agent step where the configuration does not say otherwise
 * @param task makes the task for a simulation of the model, or of another one with the same names
 * @param camera number of the camera that images are taken with where nothing else is asked for
 * @param unusedSites pattern of the names of sites that the official model has and the task has no
 *     use for, so that its own model lacks them; empty for none
 * @param episode control steps of an episode where the configuration does not say otherwise
 * @param experts the experts for it
 * @param pathBody name of the body whose path over the ground is an episode's; empty for none
 */
public record TaskDefinition(
    String name,
    String summary,
    String model,
    int physicsSteps,
    int actionRepeat,
    Maker task,
    int camera,
    String unusedSites,
    int episode,
    List<ExpertDefinition> experts,
    String pathBody) {
  /** Makes a task for a simulation. */
  public interface Maker {
    /**
     * The task, with the parameters of the model set as it wants them.
     *
     * @throws ModelException if the model lacks the parts that the task needs
     */
    Task in(Simulation simulation);
  }

  /** A task whose model has all that the official one has, seen through the first camera. */
  public TaskDefinition(
      String name, String summary, String model, int physicsSteps, int actionRepeat, Maker task) {
    this(name, summary, model, physicsSteps, actionRepeat, task, 0, "");
  }

  /** A task of the control suite's length, without experts. */
  public TaskDefinition(
      String name,
      String summary,
      String model,
      int physicsSteps,
      int actionRepeat,
      Maker task,
      int camera,
      String unusedSites) {
    this(
        name,
        summary,
        model,
        physicsSteps,
        actionRepeat,
        task,
        camera,
        unusedSites,
        EPISODE,
        List.of(),
        "");
  }

  /** This task with an episode's path being that of a body over the ground. */
  public TaskDefinition withPath(String body) {
    return new TaskDefinition(
        name,
        summary,
        model,
        physicsSteps,
        actionRepeat,
        task,
        camera,
        unusedSites,
        episode,
        experts,
        body);
  }

  /** A task of a length of its own, with experts. */
  public TaskDefinition(
      String name,
      String summary,
      String model,
      int physicsSteps,
      Maker task,
      int episode,
      List<ExpertDefinition> experts) {
    this(name, summary, model, physicsSteps, 1, task, 0, "", episode, experts, "");
  }

  /** Control steps of an episode of the control suite. */
  public static final int EPISODE = 1000;

  /** Colours and lights that models include. */
  private static final String LOOK = "look.xml";

  private static final String MODELS = "/dev/difftop/env/mujoco/models/";

  /**
   * Compiles the model.
   *
   * @param file an MJCF file in place of the task's own, which names its parts as that does; what
   *     the official one holds for other tasks is left out
   * @throws ModelException if the model has an error
   */
  public Model newModel(Optional<Path> file) {
    Model compiled =
        file.map(model.equals(Surplus.QUADRUPED_MODEL) ? Surplus.QUADRUPED::load : Model::load)
            .orElseGet(this::ownModel);
    try {
      requireControl(compiled);
      return compiled;
    } catch (RuntimeException e) {
      compiled.close();
      throw e;
    }
  }

  /** An agent needs something that moves, and something to move it by. */
  private static void requireControl(Model compiled) {
    if (compiled.nv() == 0) {
      throw new ModelException(
          compiled.origin(), "the model has no joint, so that nothing in it moves");
    }
    if (compiled.nu() == 0) {
      throw new ModelException(
          compiled.origin(),
          "the model has no actuator, so that there is nothing to act by; add an <actuator>");
    }
  }

  /**
   * A new expert of that name, for simulations of a model.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public Expert expert(String wanted, Model compiled) {
    List<String> names = experts.stream().map(ExpertDefinition::name).toList();
    if (!names.contains(wanted)) {
      throw new IllegalArgumentException(
          "%s: no expert named \"%s\"%s; found %s"
              .formatted(
                  name,
                  wanted,
                  Model.hint(wanted, names),
                  names.isEmpty() ? "none" : String.join(", ", names)));
    }
    return experts.get(names.indexOf(wanted)).maker().of(compiled);
  }

  /**
   * A simulation in which the task has set the parameters of the model as it wants them.
   *
   * @throws ModelException if the model lacks the parts that the task needs
   */
  public Simulation newSimulation(Model compiled) {
    Simulation simulation = new Simulation(compiled);
    try {
      task.in(simulation);
      return simulation;
    } catch (RuntimeException e) {
      simulation.close();
      throw e;
    }
  }

  private Model ownModel() {
    return Model.parse(model, Map.of(model, resource(model), LOOK, resource(LOOK)));
  }

  private String resource(String file) {
    try (InputStream in = TaskDefinition.class.getResourceAsStream(MODELS + file)) {
      if (in == null) {
        throw new IllegalStateException("task " + name + ": the resource " + file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

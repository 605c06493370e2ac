package dev.difftop.env.mujoco;

import dev.difftop.api.Array;
import dev.difftop.api.Environment;
import dev.difftop.api.EnvironmentSpec;
import dev.difftop.api.RandomStream;
import dev.difftop.api.TimeStep;
import dev.difftop.api.TimeStep.End;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.physics.Renderer;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.Task;
import dev.difftop.env.mujoco.tasks.TaskDefinition;
import dev.difftop.env.mujoco.tasks.Tasks;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task of the control suite. An agent step is {@code actionRepeat} control steps, a control step
 * the task's number of physics steps. Observations are float64, as MuJoCo computes.
 *
 * <p>Sensors of the acceleration stage (touch, accelerometer, force, torque) are one physics step
 * old, as in the control suite.
 */
public final class MujocoEnvironment
    implements Environment, Environment.Simulator, Environment.Camera {
  private enum Phase {
    NEW,
    RUNNING,
    OVER,
    CLOSED
  }

  private final TaskDefinition definition;
  private final RenderConfig rendering;
  private final Model model;
  private final Simulation simulation;
  private final Task task;
  private final ActionScale actions;
  private final EnvironmentSpec spec;
  private final double[] before;
  private Renderer renderer;
  private Phase phase = Phase.NEW;
  private int steps;

  /**
   * An environment.
   *
   * @throws IllegalArgumentException on an unknown task
   * @throws ModelException if the model has an error, or not the parts that the task needs
   */
  @Inject
  MujocoEnvironment(MujocoConfig config) {
    definition = Tasks.named(config.task());
    rendering = config.render();
    model = definition.newModel(config.model());
    Simulation made = null;
    try {
      made = new Simulation(model);
      simulation = made;
      task = definition.task().apply(simulation);
      actions = new ActionScale(model);
      before = new double[PhysicsState.size(model)];
      simulation.forward();
      spec = newSpec(config);
    } catch (RuntimeException e) {
      if (made != null) {
        made.close();
      }
      model.close();
      throw e;
    }
  }

  private EnvironmentSpec newSpec(MujocoConfig config) {
    int repeat = config.actionRepeat() == 0 ? definition.actionRepeat() : config.actionRepeat();
    if (repeat > config.episodeControlSteps()) {
      throw new IllegalArgumentException(
          "action-repeat is %d, more than the %d control steps of an episode"
              .formatted(repeat, config.episodeControlSteps()));
    }
    Map<String, EnvironmentSpec.Observable> observables = new LinkedHashMap<>();
    NamedObservations.of(task)
        .forEach(
            (name, part) ->
                observables.put(name, new EnvironmentSpec.Observable(part.shape(), part.dtype())));
    return new EnvironmentSpec(
        definition.name(),
        observables,
        actions.size(),
        model.timestep() * definition.physicsSteps() * repeat,
        config.episodeControlSteps() / repeat,
        repeat);
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public TimeStep reset(RandomStream random) {
    requireOpen();
    simulation.reset();
    task.begin(random);
    simulation.forwardWithoutActuation();
    steps = 0;
    phase = Phase.RUNNING;
    return new TimeStep(observe(), 0, End.NONE, "");
  }

  @Override
  public TimeStep step(double[] action) {
    requireRunning();
    actions.write(action, simulation.ctrl());
    PhysicsState.read(simulation, before, 0);
    double reward = 0;
    for (int i = 0; i < spec.actionRepeat(); i++) {
      Optional<String> trouble = controlStep();
      if (trouble.isPresent()) {
        return failed(reward, trouble.get());
      }
      reward += task.reward();
    }
    steps++;
    End end = steps < spec.episodeSteps() ? End.NONE : End.TRUNCATED;
    if (end != End.NONE) {
      phase = Phase.OVER;
    }
    return new TimeStep(observe(), reward, end, "");
  }

  private Optional<String> controlStep() {
    try {
      return simulation.controlStep(definition.physicsSteps());
    } catch (MujocoException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Ends the episode with the last sound observation. */
  private TimeStep failed(double reward, String trouble) {
    phase = Phase.OVER;
    simulation.reset();
    PhysicsState.write(simulation, before, 0);
    simulation.forwardWithoutActuation();
    String reason =
        "%s: the simulation failed in agent step %d: %s".formatted(spec.task(), steps, trouble);
    return new TimeStep(observe(), reward, End.FAILED, reason);
  }

  @Override
  public int simulatorStateSize() {
    return before.length;
  }

  @Override
  public double[] simulatorState() {
    requireOpen();
    double[] state = new double[before.length];
    PhysicsState.read(simulation, state, 0);
    return state;
  }

  /**
   * {@inheritDoc} Controls are 0 and the constraint solver starts afresh, so that what follows
   * depends on the state alone.
   *
   * @throws IllegalArgumentException on a wrong length or a number that is not finite
   */
  @Override
  public void setSimulatorState(double[] state) {
    requireOpen();
    if (state.length != before.length) {
      throw new IllegalArgumentException(
          "simulator state has length %d, expected %d (%d positions, %d velocities, %d activations)"
              .formatted(state.length, before.length, model.nq(), model.nv(), model.na()));
    }
    for (int i = 0; i < state.length; i++) {
      if (!Double.isFinite(state[i])) {
        throw new IllegalArgumentException(
            "simulator state[" + i + "] is " + state[i] + ", expected a finite number");
      }
    }
    for (int i = 0; i < simulation.ctrl().capacity(); i++) {
      simulation.ctrl().put(i, 0);
    }
    PhysicsState.write(simulation, state, 0);
    simulation.forward();
    simulation.clearWarmStart();
  }

  @Override
  public Map<String, Array> observe() {
    requireOpen();
    return NamedObservations.of(task);
  }

  @Override
  public Array render(int width, int height, String camera) {
    return renderer().color(simulation, width, height, camera);
  }

  @Override
  public Array renderDepth(int width, int height, String camera) {
    return renderer().depth(simulation, width, height, camera);
  }

  @Override
  public List<String> cameras() {
    requireOpen();
    return Renderer.cameras(model);
  }

  private Renderer renderer() {
    requireOpen();
    if (renderer == null) {
      renderer = new Renderer(model, rendering.settings());
    }
    return renderer;
  }

  private void requireOpen() {
    if (phase == Phase.CLOSED) {
      throw new IllegalStateException("the environment " + spec.task() + " is closed");
    }
  }

  private void requireRunning() {
    requireOpen();
    if (phase != Phase.RUNNING) {
      throw new IllegalStateException(
          "the environment %s %s; call reset first"
              .formatted(
                  spec.task(),
                  phase == Phase.NEW ? "has not been reset yet" : "is at the end of an episode"));
    }
  }

  @Override
  public void close() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    if (renderer != null) {
      renderer.close();
    }
    simulation.close();
    model.close();
  }
}

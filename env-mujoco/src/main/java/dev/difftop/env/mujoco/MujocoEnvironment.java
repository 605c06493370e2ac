package dev.difftop.env.mujoco;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.PlanarScene;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.Renderer;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.custom.JointLimits;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task in MuJoCo. An agent step is {@code actionRepeat} control steps, a control step the task's
 * number of physics steps. Observations are float64, as MuJoCo computes.
 *
 * <p>Sensors of the acceleration stage (touch, accelerometer, force, torque) are one physics step
 * old, as in the control suite.
 */
public final class MujocoEnvironment
    implements Environment,
        Environment.Simulator,
        Environment.Camera,
        Environment.Goal,
        Environment.Outcomes,
        Environment.Planar,
        Environment.Experts {
  private enum Phase {
    NEW,
    RUNNING,
    OVER,
    CLOSED
  }

  private final RenderConfig rendering;
  private final TaskModel shared;
  private final Episode episode;
  private final ViewConfig observed;
  private final Optional<Views> views;
  private final EnvironmentSpec spec;
  private Renderer renderer;
  private Phase phase = Phase.NEW;

  /**
   * An environment.
   *
   * @throws IllegalArgumentException on an unknown task
   * @throws ModelException if the model has an error, or not the parts that the task needs
   */
  @Inject
  MujocoEnvironment(MujocoConfig config) {
    rendering = config.render();
    shared = new TaskModel(config);
    try {
      episode = shared.newEpisode();
    } catch (RuntimeException e) {
      shared.close();
      throw e;
    }
    observed = config.observe();
    try {
      // Without OpenGL this fails here, and not in the middle of a run.
      views =
          observed.draws()
              ? Optional.of(new Views(observed, episode.simulation(), renderer(), orDefault("")))
              : Optional.empty();
      spec = newSpec();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private EnvironmentSpec newSpec() {
    EnvironmentSpec own = shared.spec();
    Map<String, EnvironmentSpec.Observable> all = new LinkedHashMap<>();
    if (observed.state()) {
      all.putAll(own.observations());
    }
    views.ifPresent(v -> all.putAll(v.observables()));
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "observe: nothing is observed; set state: true, or ask for pixels, depth or points");
    }
    return new EnvironmentSpec(
        own.task(),
        all,
        own.actionSize(),
        own.controlTimestep(),
        own.episodeSteps(),
        own.actionRepeat());
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public TimeStep reset(RandomStream random) {
    requireOpen();
    episode.begin(random);
    views.ifPresent(Views::begin);
    phase = Phase.RUNNING;
    return new TimeStep(observe(), 0, End.NONE, "");
  }

  @Override
  public TimeStep step(double[] action) {
    requireRunning();
    shared.actions().check(action);
    double reward = episode.step(action, 0);
    views.ifPresent(Views::advance);
    End end = episode.end();
    if (end != End.NONE) {
      phase = Phase.OVER;
    }
    return new TimeStep(observe(), reward, end, episode.trouble());
  }

  @Override
  public Optional<Boolean> success() {
    requireOpen();
    return episode.task().success();
  }

  @Override
  public List<String> outcomes() {
    return episode.task().outcomes();
  }

  @Override
  public Optional<String> outcome() {
    requireOpen();
    return phase == Phase.NEW ? Optional.empty() : episode.task().outcome();
  }

  @Override
  public Optional<PlanarScene> scene() {
    requireOpen();
    return shared.definition().pathBody().isEmpty()
        ? Optional.empty()
        : Optional.of(SceneOutline.of(shared.model()));
  }

  @Override
  public double[] planarPosition() {
    requireOpen();
    String body = shared.definition().pathBody();
    if (body.isEmpty()) {
      throw new IllegalStateException(
          "%s: an episode is no path in a plane".formatted(shared.spec().task()));
    }
    int index = shared.model().index(Element.BODY, body);
    Simulation simulation = episode.simulation();
    return new double[] {simulation.bodyPosition(index, 0), simulation.bodyPosition(index, 1)};
  }

  @Override
  public Map<String, String> experts() {
    Map<String, String> all = new LinkedHashMap<>();
    shared.definition().experts().forEach(d -> all.put(d.name(), d.summary()));
    return all;
  }

  @Override
  public Expert expert(String name) {
    requireOpen();
    TaskDefinition definition = shared.definition();
    Expert made = definition.expert(name, shared.model());
    if (spec.actionRepeat() != definition.actionRepeat()) {
      made.close();
      throw new IllegalArgumentException(
          "%s: expert %s acts with action-repeat %d, found %d; leave action-repeat out"
              .formatted(definition.name(), name, definition.actionRepeat(), spec.actionRepeat()));
    }
    return made;
  }

  @Override
  public int simulatorStateSize() {
    return PhysicsState.size(shared.model());
  }

  @Override
  public double[] simulatorState() {
    requireOpen();
    double[] state = new double[simulatorStateSize()];
    PhysicsState.read(episode.simulation(), state, 0);
    return state;
  }

  /**
   * {@inheritDoc} Controls are 0 and the constraint solver starts afresh, so that what follows
   * depends on the state alone; a stack of images starts afresh too, with the image of this state.
   *
   * @throws IllegalArgumentException on a wrong length, a number that is not finite, or an
   *     orientation of zeros
   */
  @Override
  public void checkStart(double[] state) {
    JointLimits.requireInside(shared.model(), state);
  }

  @Override
  public void setSimulatorState(double[] state) {
    requireOpen();
    Model model = shared.model();
    if (state.length != simulatorStateSize()) {
      throw new IllegalArgumentException(
          "simulator state has length %d, expected %d (%d positions, %d velocities, %d activations)"
              .formatted(state.length, simulatorStateSize(), model.nq(), model.nv(), model.na()));
    }
    for (int i = 0; i < state.length; i++) {
      if (!Double.isFinite(state[i])) {
        throw new IllegalArgumentException(
            "simulator state[" + i + "] is " + state[i] + ", expected a finite number");
      }
    }
    requireQuaternions(state);
    Simulation simulation = episode.simulation();
    for (int i = 0; i < simulation.ctrl().capacity(); i++) {
      simulation.ctrl().put(i, 0);
    }
    PhysicsState.write(simulation, state, 0);
    simulation.forward();
    simulation.clearWarmStart();
    views.ifPresent(Views::begin);
  }

  /** The orientation of a free or ball joint cannot be four zeros. */
  private void requireQuaternions(double[] state) {
    Model model = shared.model();
    double[] types = model.field("jnt_type").values();
    double[] addresses = model.field("jnt_qposadr").values();
    for (int joint = 0; joint < types.length; joint++) {
      if (types[joint] >= 2) {
        continue;
      }
      int at = (int) addresses[joint] + (types[joint] == 0 ? 3 : 0);
      double square = 0;
      for (int i = at; i < at + 4; i++) {
        square += state[i] * state[i];
      }
      if (square < 1e-12) {
        throw new IllegalArgumentException(
            "simulator state[%d ... %d] is the orientation of joint \"%s\", found zeros, expected a quaternion such as 1, 0, 0, 0"
                .formatted(at, at + 3, model.name(Element.JOINT, joint).orElse("" + joint)));
      }
    }
  }

  @Override
  public Map<String, Array> observe() {
    requireOpen();
    Map<String, Array> all =
        observed.state() ? NamedObservations.of(episode.task()) : new LinkedHashMap<>();
    views.ifPresent(v -> v.observe(all));
    return all;
  }

  @Override
  public Array render(int width, int height, String camera) {
    return renderer().color(episode.simulation(), width, height, orDefault(camera));
  }

  @Override
  public Array renderDepth(int width, int height, String camera) {
    return renderer().depth(episode.simulation(), width, height, orDefault(camera));
  }

  @Override
  public List<String> cameras() {
    requireOpen();
    List<String> cameras = new ArrayList<>(Renderer.cameras(shared.model()));
    cameras.remove(orDefault(""));
    cameras.add(0, orDefault(""));
    return cameras;
  }

  /** The name of a camera, of the task's own one where none is asked for. */
  private String orDefault(String camera) {
    if (!camera.isEmpty()) {
      return camera;
    }
    List<String> all = Renderer.cameras(shared.model());
    return all.get(Math.min(shared.definition().camera(), all.size() - 1));
  }

  private Renderer renderer() {
    requireOpen();
    if (renderer == null) {
      renderer = new Renderer(shared.model(), rendering.settings());
    }
    return renderer;
  }

  private void requireOpen() {
    if (phase == Phase.CLOSED) {
      throw new IllegalStateException("the environment " + shared.spec().task() + " is closed");
    }
  }

  private void requireRunning() {
    requireOpen();
    if (phase != Phase.RUNNING) {
      throw new IllegalStateException(
          "the environment %s %s; call reset first"
              .formatted(
                  shared.spec().task(),
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
    episode.close();
    shared.close();
  }
}

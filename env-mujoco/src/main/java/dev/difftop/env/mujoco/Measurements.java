package dev.difftop.env.mujoco;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.EnvironmentInspector.Measurement;
import dev.difftop.api.environment.EnvironmentInspector.Work;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.RawMeasurement;
import dev.difftop.env.mujoco.physics.RenderSettings;
import dev.difftop.env.mujoco.physics.Renderer;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.Tasks;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How fast the environments are beside MuJoCo in C. Steps are single physics steps with a control
 * in, an observation and a reward out; the other side is a loop in C that writes controls, steps,
 * and reads positions and velocities.
 */
final class Measurements {
  private static final int IMAGE = 84;
  private static final int ENVIRONMENTS = 16;

  /** Jacobians at a time: a horizon. */
  private static final int ROWS = 64;

  private static final int PATTERN = 21;
  private static final int FOREVER = 1_000_000_000;

  private record Subject(String name, TaskDefinition task, int steps) {}

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("cartpole", singleStep(Tasks.named("cartpole-swingup")), 4000),
          new Subject("cheetah", singleStep(Tasks.named("cheetah-run")), 1000),
          new Subject("humanoid", humanoid(), 200));

  private Measurements() {}

  static List<Measurement> all() {
    List<Measurement> all = new ArrayList<>();
    for (Subject subject : SUBJECTS) {
      all.add(new Measurement("mj_step " + subject.name(), t -> steps(subject)));
      all.add(new Measurement("raw mj_step " + subject.name(), t -> rawSteps(subject)));
    }
    for (Subject subject : SUBJECTS) {
      all.add(new Measurement("vector " + subject.name(), t -> vector(subject, t)));
    }
    for (Subject subject : SUBJECTS) {
      all.add(new Measurement("fd " + subject.name(), t -> jacobians(subject, t)));
      all.add(new Measurement("raw fd " + subject.name(), t -> rawJacobians(subject)));
    }
    for (String task : List.of("cartpole-swingup", "cheetah-run")) {
      all.add(new Measurement("render " + task, t -> images(task)));
      all.add(new Measurement("raw render " + task, t -> rawImages(task)));
    }
    return all;
  }

  private static TaskDefinition singleStep(TaskDefinition task) {
    return new TaskDefinition(
        task.name(), task.summary(), task.model(), 1, 1, task.task(), task.camera(), "");
  }

  private static TaskDefinition humanoid() {
    return new TaskDefinition("humanoid", "", "humanoid.xml", 1, 1, Standing::new, 0, "");
  }

  /** Positions and velocities observed, a height rewarded. */
  private record Standing(Simulation simulation) implements Task {
    @Override
    public void begin(RandomStream random) {}

    @Override
    public List<Part> parts() {
      return List.of(
          new Part("position", simulation.model().nq()),
          new Part("velocity", simulation.model().nv()));
    }

    @Override
    public void observe(double[] out, int offset) {
      DoubleBuffer qpos = simulation.qpos();
      qpos.get(0, out, offset, qpos.capacity());
      simulation.qvel().get(0, out, offset + qpos.capacity(), simulation.qvel().capacity());
    }

    @Override
    public double reward() {
      return Tolerance.nearZero(simulation.bodyPosition(1, 2) - 1.5, 1);
    }
  }

  /** Some numbers, the time of which is asked for. */
  private abstract static class Run implements Work {
    private final Map<String, Object> more;
    double result;

    Run(String unit, int count) {
      more = Map.of(unit, count);
    }

    @Override
    public double result() {
      return result;
    }

    @Override
    public Map<String, Object> more() {
      return more;
    }
  }

  private static MujocoVector worlds(Subject subject, int size, int threads) {
    return new MujocoVector(
        new TaskModel(subject.task(), Optional.empty(), 1, FOREVER), size, threads);
  }

  private static double[][] controls(MujocoVector worlds) {
    int size = worlds.size() * worlds.spec().actionSize();
    double[][] controls = new double[PATTERN][size];
    for (int i = 0; i < PATTERN; i++) {
      for (int j = 0; j < size; j++) {
        controls[i][j] = ((i * 7 + j * 3) % PATTERN - 10) / 10.0;
      }
    }
    return controls;
  }

  private static Work steps(Subject subject) {
    return stepping(subject, worlds(subject, 1, 1), subject.steps());
  }

  private static Work vector(Subject subject, int threads) {
    return stepping(subject, worlds(subject, ENVIRONMENTS, threads), subject.steps() / 8);
  }

  private static Work stepping(Subject subject, MujocoVector worlds, int rounds) {
    double[][] controls = controls(worlds);
    worlds.reset(RandomStream.root(1));
    return new Run("steps", rounds * worlds.size()) {
      @Override
      public void run() {
        double sum = 0;
        for (int i = 0; i < rounds; i++) {
          worlds.step(controls[i % PATTERN]);
          sum += worlds.rewards()[0] + worlds.observations()[0];
        }
        result = sum;
      }

      @Override
      public void close() {
        worlds.close();
      }
    };
  }

  /** A simulation that begins as the environments do. */
  private static RawMeasurement raw(Subject subject) {
    Model model = subject.task().newModel(Optional.empty());
    Simulation simulation = new Simulation(model);
    Task task = subject.task().task().in(simulation);
    task.begin(RandomStream.root(1).child(0).child(0));
    simulation.forwardWithoutActuation();
    return new RawMeasurement(simulation);
  }

  private static Work rawSteps(Subject subject) {
    RawMeasurement raw = raw(subject);
    return new Run("steps", subject.steps()) {
      @Override
      public void run() {
        result = raw.steps(subject.steps());
      }

      @Override
      public void close() {
        raw.close();
      }
    };
  }

  private static Work jacobians(Subject subject, int threads) {
    TaskDefinition task = subject.task();
    Model model = task.newModel(Optional.empty());
    double[] start = start(subject);
    PhysicsStep step = new PhysicsStep(task.name(), model, task::newSimulation, 1, 1e-6, threads);
    int nx = step.resultSize();
    int nu = step.argumentSizes()[1];
    double[][] at = {new double[ROWS * nx], new double[ROWS * nu]};
    for (int i = 0; i < ROWS; i++) {
      System.arraycopy(start, 0, at[0], i * nx, nx);
    }
    double[] jacobian = new double[ROWS * nx * (nx + nu)];
    return new Run("jacobians", ROWS) {
      @Override
      public void run() {
        step.jacobian(ROWS, at, jacobian);
        result = jacobian[0];
      }

      @Override
      public void close() {}
    };
  }

  private static double[] start(Subject subject) {
    try (RawMeasurement raw = raw(subject)) {
      double[] state = new double[PhysicsState.size(raw.simulation().model())];
      PhysicsState.read(raw.simulation(), state, 0);
      return state;
    }
  }

  private static Work rawJacobians(Subject subject) {
    RawMeasurement raw = raw(subject);
    return new Run("jacobians", ROWS) {
      @Override
      public void run() {
        result = raw.jacobians(ROWS, 1e-6);
      }

      @Override
      public void close() {
        raw.close();
      }
    };
  }

  private static Work images(String task) {
    Subject subject = new Subject(task, Tasks.named(task), 1);
    RawMeasurement raw = raw(subject);
    Renderer renderer = new Renderer(raw.simulation().model(), new RenderSettings(0, false, false));
    byte[] pixels = new byte[IMAGE * IMAGE * 3];
    return new Run("images", 10) {
      @Override
      public void run() {
        for (int i = 0; i < 10; i++) {
          renderer.color(raw.simulation(), IMAGE, IMAGE, "", pixels, 0);
        }
        result = pixels[0];
      }

      @Override
      public void close() {
        renderer.close();
        raw.close();
      }
    };
  }

  private static Work rawImages(String task) {
    RawMeasurement raw = raw(new Subject(task, Tasks.named(task), 1));
    return new Run("images", 10) {
      @Override
      public void run() {
        result = raw.images(IMAGE, IMAGE, 10);
      }

      @Override
      public void close() {
        raw.close();
      }
    };
  }
}

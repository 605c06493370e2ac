package dev.difftop.env.mujoco;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Stage;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.RawMeasurement;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.Tasks;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MujocoDynamicsTest {
  private static final int ROWS = 21;

  @TempDir Path folder;

  static List<String> tasks() {
    return Tasks.names();
  }

  private static PhysicsStep step(String task, int threads) {
    var definition = Tasks.named(task);
    return new PhysicsStep(
        task,
        definition.newModel(Optional.empty()),
        definition::newSimulation,
        definition.actionRepeat() * definition.physicsSteps(),
        1e-6,
        threads);
  }

  private static double[][] arguments(PhysicsStep step, int rows) {
    RandomStream random = RandomStream.root(4);
    double[][] arguments = new double[2][];
    for (int i = 0; i < 2; i++) {
      int size = step.argumentSizes()[i];
      arguments[i] = random.doubles((long) rows * size, -1, 1).toArray();
    }
    return arguments;
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void isAnAgentStepOfTheEnvironment(String task) {
    PhysicsStep step = step(task, 1);
    int nx = step.resultSize();
    int nu = step.argumentSizes()[1];
    double[][] arguments = arguments(step, ROWS);
    double[] next = new double[ROWS * nx];
    step.value(ROWS, arguments, next);
    try (MujocoEnvironment world = new MujocoEnvironment(MujocoConfig.of(task))) {
      assertEquals(world.simulatorStateSize(), nx);
      for (int i = 0; i < ROWS; i++) {
        world.reset(RandomStream.root(1));
        world.setSimulatorState(Arrays.copyOfRange(arguments[0], i * nx, (i + 1) * nx));
        TimeStep now = world.step(Arrays.copyOfRange(arguments[1], i * nu, (i + 1) * nu));
        if (now.end() == TimeStep.End.FAILED) {
          assertTrue(Double.isNaN(next[i * nx]), "both say that the state is no good");
          continue;
        }
        if (now.end() == TimeStep.End.TERMINATED && world.spec().actionRepeat() > 1) {
          // The environment stops in the middle of the repeat, the physics do not.
          continue;
        }
        assertArrayEquals(
            world.simulatorState(), Arrays.copyOfRange(next, i * nx, (i + 1) * nx), 1e-9);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cartpole-swingup", "pendulum-swingup", "reacher-easy"})
  void theJacobianForetellsSmallChanges(String task) {
    PhysicsStep step = step(task, 1);
    int nx = step.resultSize();
    int nu = step.argumentSizes()[1];
    double[][] at = arguments(step, 1);
    at[0] = new double[nx];
    at[0][0] = 0.3;
    double[] jacobian = new double[nx * (nx + nu)];
    step.jacobian(1, at, jacobian);
    double h = 1e-4;
    for (int j = 0; j < nx + nu; j++) {
      double[] of = j < nx ? at[0] : at[1];
      int k = j < nx ? j : j - nx;
      double kept = of[k];
      double[] above = new double[nx];
      double[] below = new double[nx];
      of[k] = kept + h;
      step.value(1, at, above);
      of[k] = kept - h;
      step.value(1, at, below);
      of[k] = kept;
      for (int i = 0; i < nx; i++) {
        assertEquals(
            (above[i] - below[i]) / (2 * h), jacobian[i * (nx + nu) + j], 1e-6, i + ", " + j);
      }
    }
  }

  /** MuJoCo's own derivatives of a single step, whose state has no quaternion here. */
  @ParameterizedTest
  @ValueSource(strings = {"cheetah-run", "walker-walk", "finger-spin", "hopper-stand"})
  void theJacobianOfAStepIsMujocos(String task) {
    TaskDefinition definition = Tasks.named(task);
    PhysicsStep step =
        new PhysicsStep(
            task, definition.newModel(Optional.empty()), definition::newSimulation, 1, 1e-6, 1);
    int nx = step.resultSize();
    int nu = step.argumentSizes()[1];
    try (Model model = definition.newModel(Optional.empty());
        Simulation simulation = definition.newSimulation(model)) {
      definition.task().in(simulation).begin(RandomStream.root(3));
      simulation.forward();
      for (int i = 0; i < nu; i++) {
        simulation.ctrl().put(i, 0.3);
      }
      assertTrue(simulation.controlStep(5).isEmpty());
      double[] x = new double[nx];
      PhysicsState.read(simulation, x, 0);
      double[] u = new double[nu];
      Arrays.fill(u, 0.3);
      double[] jacobian = new double[nx * (nx + nu)];
      step.jacobian(1, new double[][] {x, u}, jacobian);
      double[] expected = RawMeasurement.stepJacobian(simulation, 1e-6);
      double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      assertArrayEquals(expected, jacobian, 1e-5 * largest);
    }
  }

  @Test
  void quaternionsAreDifferencedAlongTheirSphere() {
    PhysicsStep step = step("quadruped-walk", 1);
    int nx = step.resultSize();
    int nu = step.argumentSizes()[1];
    double[] x = new double[nx];
    x[2] = 3; // in the air
    double[] turned = {0.5, -0.1, 0.7, 0.4};
    System.arraycopy(turned, 0, x, 3, 4);
    for (int i = 23; i < 29; i++) {
      x[i] = 0.1 * i - 2;
    }
    double[] u = new double[nu];
    double[] jacobian = new double[nx * (nx + nu)];
    step.jacobian(1, new double[][] {x, u}, jacobian);
    double h = 1e-5;
    for (int j : new int[] {0, 2, 3, 4, 5, 6, 10, 23, 26, 28, 46, nx - 1}) {
      double kept = x[j];
      double[] above = new double[nx];
      double[] below = new double[nx];
      x[j] = kept + h;
      step.value(1, new double[][] {x, u}, above);
      x[j] = kept - h;
      step.value(1, new double[][] {x, u}, below);
      x[j] = kept;
      for (int i = 0; i < nx; i++) {
        assertEquals(
            (above[i] - below[i]) / (2 * h), jacobian[i * (nx + nu) + j], 2e-4, i + ", " + j);
      }
    }
    // The length of a quaternion means nothing.
    for (int i = 0; i < nx; i++) {
      double along = 0;
      for (int k = 0; k < 4; k++) {
        along += jacobian[i * (nx + nu) + 3 + k] * turned[k];
      }
      assertEquals(0, along, 1e-9);
    }
  }

  @Test
  void theJacobianOfThePendulumIsKnown() {
    // One Euler step with implicit damping: v' = v + h (g m l sin q + u - d v) / (I + h d), q' = q
    // + h v'.
    var definition = Tasks.named("pendulum-swingup");
    PhysicsStep step =
        new PhysicsStep(
            "pendulum",
            definition.newModel(Optional.empty()),
            definition::newSimulation,
            1,
            1e-6,
            1);
    double q = 0.4;
    double[] jacobian = new double[6];
    step.jacobian(1, new double[][] {{q, 0.7}, {0.2}}, jacobian);
    double h = 0.02;
    double inertia = 0.251 + h * 0.1;
    double vq = h * 9.81 * 0.5 * Math.cos(q) / inertia;
    double vv = 1 - h * 0.1 / inertia;
    double vu = h / inertia;
    double[] expected = {1 + h * vq, h * vv, h * vu, vq, vv, vu};
    assertArrayEquals(expected, jacobian, 1e-8);
  }

  @Test
  void atTheEdgeOfTheRangeItLooksInside() {
    PhysicsStep step = step("pendulum-swingup", 1);
    double[] inside = new double[6];
    double[] edge = new double[6];
    double[] beyond = new double[6];
    step.jacobian(1, new double[][] {{0.4, 0}, {0.999}}, inside);
    step.jacobian(1, new double[][] {{0.4, 0}, {1}}, edge);
    step.jacobian(1, new double[][] {{0.4, 0}, {1.5}}, beyond);
    assertTrue(inside[5] > 0.01);
    assertEquals(inside[5], edge[5], 1e-4);
    assertEquals(0, beyond[5]);
    step.jacobian(1, new double[][] {{0.4, 0}, {-1}}, edge);
    assertEquals(inside[5], edge[5], 1e-2);
  }

  @Test
  void theNumbersDoNotDependOnTheThreads() {
    PhysicsStep one = step("cartpole-swingup", 1);
    PhysicsStep many = step("cartpole-swingup", 3);
    int nx = one.resultSize();
    double[][] arguments = arguments(one, 50);
    for (int i = 0; i < 50; i++) {
      // Some at the end of the rail, where the constraint solver works.
      arguments[0][4 * i] *= 1.9;
      arguments[0][4 * i + 2] *= 8;
    }
    double[] a = new double[50 * nx];
    double[] b = new double[50 * nx];
    double[] ja = new double[50 * nx * 5];
    double[] jb = new double[50 * nx * 5];
    one.value(50, arguments, a);
    one.jacobian(50, arguments, ja);
    for (int i = 0; i < 5; i++) {
      many.jacobian(50, arguments, jb);
      many.value(50, arguments, b);
      assertArrayEquals(a, b);
      assertArrayEquals(ja, jb);
    }
  }

  @Test
  void callsMayComeFromSeveralThreads() {
    PhysicsStep step = step("cartpole-swingup", 2);
    double[][] arguments = arguments(step, ROWS);
    double[] expected = new double[ROWS * 4];
    step.value(ROWS, arguments, expected);
    List<CompletableFuture<double[]>> calls =
        IntStream.range(0, 16)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          double[] found = new double[ROWS * 4];
                          step.value(ROWS, arguments, found);
                          return found;
                        }))
            .toList();
    calls.forEach(call -> assertArrayEquals(expected, call.join()));
  }

  @Test
  void aRowThatFailsIsNaNAndLeavesTheOthersAlone() {
    PhysicsStep step = step("cartpole-swingup", 1);
    double[][] arguments = arguments(step, 4);
    double[] expected = new double[16];
    step.value(4, arguments, expected);
    arguments[0][4] = Double.NaN;
    arguments[0][8 + 3] = 1e200;
    double[] found = new double[16];
    step.value(4, arguments, found);
    double[] jacobian = new double[4 * 20];
    step.jacobian(4, arguments, jacobian);
    for (int i = 0; i < 16; i++) {
      boolean failed = i / 4 == 1 || i / 4 == 2;
      if (failed) {
        assertTrue(Double.isNaN(found[i]), "value " + i);
        assertTrue(Double.isNaN(jacobian[i * 5]), "derivative " + i);
      } else {
        assertEquals(expected[i], found[i]);
        assertTrue(Double.isFinite(jacobian[i * 5]));
      }
    }
  }

  @Test
  void joinsAProgramWithItsDerivatives() {
    MujocoDynamics dynamics = new MujocoDynamics(MujocoDynamicsConfig.of("cartpole-swingup"));
    assertEquals(4, dynamics.stateSize());
    assertEquals(1, dynamics.actionSize());
    assertFalse(dynamics.supportsSecondDerivatives());
    Tensor x = Tensor.input("x", Shape.batched(4));
    Tensor u = Tensor.input("u", Shape.batched(1));
    Tensor t = Tensor.input("t", Shape.scalar());
    Stage stage =
        new Stage(
            x,
            u,
            t,
            name -> {
              throw new AssertionError(name);
            },
            name -> {
              throw new AssertionError(name);
            });
    Program program = Program.of(List.of(x, u), Map.of("next", dynamics.next(stage)));
    double[] at = {0.1, 3, 0.2, -0.4};
    double[] lambda = {0.5, -1, 2, 0.3};
    PhysicsStep step = step("cartpole-swingup", 1);
    double[] jacobian = new double[20];
    step.jacobian(1, new double[][] {at, {0.3}}, jacobian);
    try (CompiledProgram plan =
        new Interpreter().compile(program.vjp("x", "u"), 1, DType.FLOAT64, 1)) {
      write(plan.input("x"), at);
      write(plan.input("u"), 0.3);
      write(plan.input("bar next"), lambda);
      plan.run();
      for (int j = 0; j < 5; j++) {
        double expected = 0;
        for (int i = 0; i < 4; i++) {
          expected += lambda[i] * jacobian[i * 5 + j];
        }
        Array found = plan.output(j < 4 ? "bar x" : "bar u");
        assertEquals(expected, found.get(j % 4), 1e-12);
      }
    }
  }

  private static void write(Array array, double... values) {
    array.write(0, values, 0, values.length);
  }

  @Test
  void memoryIsFreedWithTheLastUser() throws IOException, InterruptedException {
    comeAndGo(20);
    long before = residentBytes();
    comeAndGo(100);
    long growth = residentBytes() - before;
    // Each takes 4 MB.
    assertTrue(growth < 128L << 20, "resident memory grew by " + (growth >> 20) + " MB");
  }

  private static void comeAndGo(int times) throws InterruptedException {
    double[] next = new double[2];
    for (int i = 0; i < times; i++) {
      step("pendulum-swingup", 1).value(1, new double[][] {{0, 0}, {0}}, next);
      if (i % 10 == 9) {
        System.gc();
        Thread.sleep(20);
      }
    }
  }

  private static long residentBytes() throws IOException {
    // Pages: all, resident, shared, ...
    try (Scanner pages = new Scanner(Path.of("/proc/self/statm"), US_ASCII)) {
      pages.nextLong();
      return pages.nextLong() * 4096;
    }
  }

  @Test
  void badSettingsAreRefused() throws IOException {
    assertThrows(
        IllegalArgumentException.class, () -> new MujocoDynamics(MujocoDynamicsConfig.of("car")));
    String own;
    try (InputStream in =
        Tasks.class.getResourceAsStream("/dev/difftop/env/mujoco/models/pendulum.xml")) {
      own = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path free = folder.resolve("free.xml");
    Files.writeString(free, own.replace("ctrllimited=\"true\"", "ctrllimited=\"false\""));
    assertThrows(
        ModelException.class,
        () ->
            new MujocoDynamics(
                new MujocoDynamicsConfig(
                    "pendulum-swingup", 0, Optional.of(free), Optional.empty(), 1e-6, 1)));
  }
}

package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.MujocoException;
import dev.difftop.env.mujoco.tasks.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MujocoEnvironmentTest {
  @TempDir Path folder;

  static List<String> tasks() {
    return Tasks.names();
  }

  private static MujocoEnvironment environment(String task) {
    return new MujocoEnvironment(MujocoConfig.of(task));
  }

  private static MujocoConfig config(String task, int repeat, Path model, int controlSteps) {
    return new MujocoConfig(
        task, repeat, Optional.ofNullable(model), controlSteps, RenderConfig.standard());
  }

  private static double[] numbers(Array array) {
    double[] out = new double[array.size()];
    array.read(0, out, 0, out.length);
    return out;
  }

  private static double[] randomAction(RandomStream random, int size) {
    double[] action = new double[size];
    for (int i = 0; i < size; i++) {
      action[i] = random.nextDouble(-1, 1);
    }
    return action;
  }

  private static String ownModel(String name) throws IOException {
    try (InputStream in =
        Tasks.class.getResourceAsStream("/dev/difftop/env/mujoco/models/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A pendulum that a negative damping blows up within a second. */
  private Path unstablePendulum() throws IOException {
    return Files.writeString(
        folder.resolve("unstable.xml"),
        ownModel("pendulum.xml").replace("damping=\"0.1\"", "damping=\"-200\""));
  }

  @Test
  void isOfferedAsAService() {
    List<String> providers =
        MujocoEnvironment.class.getModule().getDescriptor().provides().stream()
            .filter(offer -> offer.service().equals(EnvironmentProvider.class.getName()))
            .flatMap(offer -> offer.providers().stream())
            .toList();
    assertEquals(List.of(MujocoEnvironmentProvider.class.getName()), providers);
    assertEquals("mujoco", new MujocoEnvironmentProvider().name());
  }

  @ParameterizedTest
  @CsvSource({
    "cartpole-balance,  position:3 velocity:2,    1, 0.08, 125, 8",
    "cartpole-swingup,  position:3 velocity:2,    1, 0.08, 125, 8",
    "pendulum-swingup,  orientation:2 velocity:1, 1, 0.04, 500, 2",
    "cartpole-swingup-sparse, position:3 velocity:2, 1, 0.08, 125, 8",
    "cheetah-run, position:8 velocity:9, 6, 0.02, 500, 2",
    "cup-catch, position:4 velocity:4, 2, 0.04, 500, 2",
    "finger-spin, position:4 velocity:3 touch:2, 2, 0.04, 500, 2",
    "finger-turn-easy, position:4 velocity:3 touch:2 target_position:2 dist_to_target:1, 2, 0.04,"
        + " 500, 2",
    "finger-turn-hard, position:4 velocity:3 touch:2 target_position:2 dist_to_target:1, 2, 0.04,"
        + " 500, 2",
    "hopper-stand, position:6 velocity:7 touch:2, 4, 0.08, 250, 4",
    "quadruped-run, egocentric_state:44 torso_velocity:3 torso_upright:1 imu:6 force_torque:24, 12,"
        + " 0.08, 250, 4",
    "quadruped-walk, egocentric_state:44 torso_velocity:3 torso_upright:1 imu:6 force_torque:24,"
        + " 12, 0.08, 250, 4",
    "reacher-easy, position:2 to_target:2 velocity:2, 2, 0.08, 250, 4",
    "reacher-hard, position:2 to_target:2 velocity:2, 2, 0.08, 250, 4",
    "walker-run, orientations:14 height:1 velocity:9, 6, 0.05, 500, 2",
    "walker-stand, orientations:14 height:1 velocity:9, 6, 0.05, 500, 2",
    "walker-walk, orientations:14 height:1 velocity:9, 6, 0.05, 500, 2"
  })
  void saysWhatItOffers(
      String task, String parts, int actionSize, double seconds, int steps, int repeat) {
    try (MujocoEnvironment world = environment(task)) {
      EnvironmentSpec spec = world.spec();
      assertEquals(task, spec.task());
      List<String> found = new ArrayList<>();
      spec.observations().forEach((name, part) -> found.add(name + ":" + part.shape().size()));
      assertEquals(parts, String.join(" ", found));
      assertTrue(spec.observations().values().stream().allMatch(p -> p.dtype() == DType.FLOAT64));
      assertEquals(actionSize, spec.actionSize());
      assertEquals(seconds, spec.controlTimestep(), 1e-12);
      assertEquals(steps, spec.episodeSteps());
      assertEquals(repeat, spec.actionRepeat());
    }
  }

  @Test
  void actionRepeatAndLengthCanBeChosen() {
    try (MujocoEnvironment world =
        new MujocoEnvironment(config("cartpole-swingup", 3, null, 100))) {
      assertEquals(3, world.spec().actionRepeat());
      assertEquals(33, world.spec().episodeSteps());
      assertEquals(0.03, world.spec().controlTimestep(), 1e-12);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new MujocoEnvironment(config("cartpole-swingup", 101, null, 100)));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theSameStreamGivesTheSameEpisode(String task) {
    try (MujocoEnvironment one = environment(task);
        MujocoEnvironment other = environment(task)) {
      // The other one has a past.
      other.reset(RandomStream.root(9));
      other.step(new double[one.spec().actionSize()]);
      RandomStream actions = RandomStream.root(5).child("actions");
      TimeStep a = one.reset(RandomStream.root(5).child("reset"));
      TimeStep b = other.reset(RandomStream.root(5).child("reset"));
      assertEquals(End.NONE, a.end());
      assertEquals(0, a.reward());
      while (!a.isLast()) {
        assertEquals(one.spec().observations().keySet(), a.observation().keySet());
        for (Map.Entry<String, Array> part : a.observation().entrySet()) {
          assertEquals(
              one.spec().observations().get(part.getKey()).shape(), part.getValue().shape());
          assertArrayEquals(numbers(part.getValue()), numbers(b.observation().get(part.getKey())));
        }
        double[] action = randomAction(actions, one.spec().actionSize());
        a = one.step(action);
        b = other.step(action);
        assertEquals(a.reward(), b.reward());
        // Advancing is rewarded in avoiding; going back costs what it gave.
        double least = task.equals("avoiding") ? -1 : 0;
        assertTrue(a.reward() >= least && a.reward() <= one.spec().actionRepeat());
      }
      boolean mayTerminate = Set.of("avoiding", "cartpole-balance-terminating").contains(task);
      assertEquals(a.end() == End.TERMINATED && mayTerminate ? a.end() : End.TRUNCATED, a.end());
      assertEquals("", a.reason());
    }
  }

  @Test
  void anotherStreamGivesAnotherEpisode() {
    try (MujocoEnvironment world = environment("pendulum-swingup")) {
      double a = world.reset(RandomStream.root(1)).observation().get("orientation").get(0);
      double b = world.reset(RandomStream.root(2)).observation().get("orientation").get(0);
      assertTrue(a != b);
    }
  }

  @Test
  void observationsAreTheReceiversOwn() {
    try (MujocoEnvironment world = environment("cartpole-swingup")) {
      Array first = world.reset(RandomStream.root(1)).observation().get("velocity");
      double[] before = numbers(first);
      world.step(new double[] {1});
      assertArrayEquals(before, numbers(first));
      first.set(0, 1e6);
      assertTrue(world.observe().get("velocity").get(0) < 10);
    }
  }

  @Test
  void anEpisodeEndsAtItsTimeLimit() {
    try (MujocoEnvironment world = new MujocoEnvironment(config("pendulum-swingup", 2, null, 7))) {
      world.reset(RandomStream.root(1));
      assertEquals(End.NONE, world.step(new double[] {0}).end());
      assertEquals(End.NONE, world.step(new double[] {0}).end());
      assertEquals(End.TRUNCATED, world.step(new double[] {0}).end());
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> world.step(new double[] {0}));
      assertTrue(e.getMessage().contains("end of an episode; call reset first"), e.getMessage());
      world.reset(RandomStream.root(1));
      assertEquals(End.NONE, world.step(new double[] {0}).end());
    }
  }

  @Test
  void actionsOutsideTheRangeAreClamped() {
    try (MujocoEnvironment one = environment("cartpole-swingup");
        MujocoEnvironment other = environment("cartpole-swingup")) {
      one.reset(RandomStream.root(1));
      other.reset(RandomStream.root(1));
      TimeStep a = one.step(new double[] {Double.POSITIVE_INFINITY});
      TimeStep b = other.step(new double[] {1});
      assertEquals(b.reward(), a.reward());
      assertArrayEquals(one.simulatorState(), other.simulatorState());
    }
  }

  @Test
  void badActionsAreRefusedAndChangeNothing() {
    try (MujocoEnvironment world = environment("cartpole-swingup")) {
      world.reset(RandomStream.root(1));
      double[] before = world.simulatorState();
      IllegalArgumentException length =
          assertThrows(IllegalArgumentException.class, () -> world.step(new double[2]));
      assertEquals("action has length 2, expected 1", length.getMessage());
      IllegalArgumentException nan =
          assertThrows(IllegalArgumentException.class, () -> world.step(new double[] {Double.NaN}));
      assertTrue(nan.getMessage().startsWith("action[0] is NaN"), nan.getMessage());
      assertArrayEquals(before, world.simulatorState());
      world.step(new double[] {0});
    }
  }

  @Test
  void anUnstableSimulationFailsTheStepAndIsUsableAfterAReset() throws IOException {
    try (MujocoEnvironment world =
        new MujocoEnvironment(config("pendulum-swingup", 0, unstablePendulum(), 1000))) {
      for (int episode = 0; episode < 3; episode++) {
        TimeStep last = world.reset(RandomStream.root(episode));
        while (!last.isLast()) {
          last = world.step(new double[] {1});
        }
        assertEquals(End.FAILED, last.end());
        assertTrue(last.reason().contains("pendulum-swingup: the simulation failed in agent step"));
        assertTrue(last.reason().contains("unstable"), last.reason());
        for (Array part : last.observation().values()) {
          for (double number : numbers(part)) {
            assertTrue(Double.isFinite(number) && Math.abs(number) < 1e10);
          }
        }
        assertThrows(IllegalStateException.class, () -> world.step(new double[] {1}));
      }
    }
  }

  @Test
  void aModelWithAnErrorIsRefusedWithFileAndLine() throws IOException {
    Path broken =
        Files.writeString(
            folder.resolve("broken.xml"), ownModel("pendulum.xml").replace("<joint", "<joynt"));
    ModelException e =
        assertThrows(
            ModelException.class,
            () -> new MujocoEnvironment(config("pendulum-swingup", 0, broken, 1000)));
    assertTrue(e.getMessage().startsWith(broken.toString()), e.getMessage());
    assertTrue(e.getMessage().contains("joynt"), e.getMessage());
    assertTrue(e.getMessage().contains("line 3"), e.getMessage());
  }

  @Test
  void aModelWhoseMotorHasNoRangeIsRefused() throws IOException {
    Path free =
        Files.writeString(
            folder.resolve("free.xml"),
            ownModel("pendulum.xml").replace("ctrllimited=\"true\"", "ctrllimited=\"false\""));
    ModelException e =
        assertThrows(
            ModelException.class,
            () -> new MujocoEnvironment(config("pendulum-swingup", 0, free, 1000)));
    assertTrue(e.getMessage().contains("actuator torque has no control range"), e.getMessage());
  }

  @Test
  void anUnknownTaskListsThoseThereAre() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> environment("cartpole"));
    assertEquals(
        "mujoco: no task named \"cartpole\"; found " + String.join(", ", Tasks.names()),
        e.getMessage());
    assertEquals(22, Tasks.names().size());
    assertEquals(17, Tasks.controlSuite().size());
  }

  @Test
  void stepBeforeResetIsRefused() {
    try (MujocoEnvironment world = environment("cartpole-balance")) {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> world.step(new double[] {0}));
      assertTrue(e.getMessage().contains("has not been reset yet"), e.getMessage());
    }
  }

  @Test
  void useAfterCloseIsRefusedAndClosingTwiceIsNot() {
    MujocoEnvironment world = environment("cartpole-balance");
    world.reset(RandomStream.root(1));
    world.close();
    world.close();
    assertEquals("cartpole-balance", world.spec().task());
    assertThrows(IllegalStateException.class, () -> world.reset(RandomStream.root(1)));
    assertThrows(IllegalStateException.class, () -> world.step(new double[] {0}));
    assertThrows(IllegalStateException.class, world::simulatorState);
    assertThrows(IllegalStateException.class, () -> world.setSimulatorState(new double[4]));
    assertThrows(IllegalStateException.class, world::observe);
    assertThrows(IllegalStateException.class, world::cameras);
    assertThrows(IllegalStateException.class, () -> world.render(8, 8, ""));
  }

  @Test
  void theStateCanBeTakenAndSet() {
    try (MujocoEnvironment one = environment("cartpole-swingup");
        MujocoEnvironment other = environment("cartpole-swingup")) {
      one.reset(RandomStream.root(1));
      other.reset(RandomStream.root(2));
      for (int i = 0; i < 10; i++) {
        one.step(new double[] {0.3});
      }
      assertEquals(4, one.simulatorStateSize());
      double[] state = one.simulatorState();
      other.setSimulatorState(state);
      assertArrayEquals(state, other.simulatorState());
      for (String part : List.of("position", "velocity")) {
        assertArrayEquals(numbers(one.observe().get(part)), numbers(other.observe().get(part)));
      }
      for (int i = 0; i < 10; i++) {
        assertEquals(
            one.step(new double[] {-0.5}).reward(),
            other.step(new double[] {-0.5}).reward(),
            1e-12);
      }
      assertArrayEquals(one.simulatorState(), other.simulatorState(), 1e-9);
    }
  }

  @Test
  void whatFollowsASetStateDependsOnTheStateAlone() {
    // At the end of its rail the cart is held by a constraint, whose solver has a memory.
    double[] state = {1.79, 3, 4, -2};
    try (MujocoEnvironment one = environment("cartpole-swingup");
        MujocoEnvironment other = environment("cartpole-swingup")) {
      one.reset(RandomStream.root(1));
      other.reset(RandomStream.root(2));
      for (int i = 0; i < 20; i++) {
        other.step(new double[] {1});
      }
      one.setSimulatorState(state);
      other.setSimulatorState(state);
      for (int i = 0; i < 10; i++) {
        assertEquals(one.step(new double[] {1}).reward(), other.step(new double[] {1}).reward());
        assertArrayEquals(one.simulatorState(), other.simulatorState());
      }
      assertTrue(state[0] == 1.79, "the argument is left alone");
    }
  }

  @Test
  void badStatesAreRefused() {
    try (MujocoEnvironment world = environment("cartpole-swingup")) {
      IllegalArgumentException length =
          assertThrows(
              IllegalArgumentException.class, () -> world.setSimulatorState(new double[3]));
      assertTrue(length.getMessage().contains("length 3, expected 4 (2 positions"));
      IllegalArgumentException nan =
          assertThrows(
              IllegalArgumentException.class,
              () -> world.setSimulatorState(new double[] {0, 0, Double.NaN, 0}));
      assertTrue(nan.getMessage().contains("state[2] is NaN"), nan.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cartpole-balance",
        "cartpole-swingup",
        "cartpole-swingup-sparse",
        "pendulum-swingup"
      })
  void initialStatesAreSpreadAsSpecified(String task) {
    try (MujocoEnvironment world = environment(task)) {
      int n = 2000;
      int size = world.simulatorStateSize();
      double[] sum = new double[size];
      double[] squares = new double[size];
      RandomStream random = RandomStream.root(11);
      for (int i = 0; i < n; i++) {
        world.reset(random.child(i));
        double[] state = world.simulatorState();
        for (int k = 0; k < size; k++) {
          sum[k] += state[k];
          squares[k] += state[k] * state[k];
        }
      }
      double[] mean = expectedMean(task);
      double[] deviation = expectedDeviation(task);
      for (int k = 0; k < size; k++) {
        double found = sum[k] / n;
        double spread = Math.sqrt(squares[k] / n - found * found);
        assertEquals(mean[k], found, 5 * deviation[k] / Math.sqrt(n), task + " mean of " + k);
        assertEquals(deviation[k], spread, 0.1 * deviation[k] + 1e-6, task + " spread of " + k);
      }
    }
  }

  private static double[] expectedMean(String task) {
    return switch (task) {
      case "cartpole-balance" -> new double[4];
      case "cartpole-swingup", "cartpole-swingup-sparse" -> new double[] {0, Math.PI, 0, 0};
      default -> new double[2];
    };
  }

  private static double[] expectedDeviation(String task) {
    double uniform = 1 / Math.sqrt(3);
    return switch (task) {
      case "cartpole-balance" -> new double[] {0.1 * uniform, 0.034 * uniform, 0.01, 0.01};
      case "cartpole-swingup", "cartpole-swingup-sparse" -> new double[] {0.01, 0.01, 0.01, 0.01};
      default -> new double[] {Math.PI * uniform, 0};
    };
  }

  @ParameterizedTest
  @CsvSource({
    "cartpole-balance, 256.2, 81",
    "cartpole-swingup, 109.7, 49.4",
    "cartpole-swingup-sparse, 0.5, 2",
    "cheetah-run, 7.2, 2.4",
    "cup-catch, 0, 80", // a lucky catch in a hundred episodes is worth 800
    "finger-spin, 1.4, 2.2",
    "finger-turn-easy, 282, 331",
    "finger-turn-hard, 105.5, 189.8",
    "hopper-stand, 3.3, 5.6",
    "pendulum-swingup, 0, 20",
    "quadruped-run, 37, 102.8",
    "quadruped-walk, 36.9, 102.5",
    "reacher-easy, 42.9, 41.9",
    "reacher-hard, 5.5, 10",
    "walker-run, 25.1, 3.2",
    "walker-stand, 137.6, 20",
    "walker-walk, 39.3, 7.4"
  })
  void randomActionsEarnWhatIsKnown(String task, double mean, double deviation) {
    try (MujocoEnvironment world = environment(task)) {
      RandomStream random = RandomStream.root(3);
      int episodes = task.startsWith("quadruped") ? 4 : 10;
      double sum = 0;
      for (int i = 0; i < episodes; i++) {
        TimeStep last = world.reset(random.child("reset").child(i));
        RandomStream actions = random.child("actions").child(i);
        while (!last.isLast()) {
          last = world.step(randomAction(actions, world.spec().actionSize()));
          sum += last.reward();
        }
      }
      // The known mean has an error of deviation / sqrt(20).
      assertEquals(mean, sum / episodes, 4 * deviation * Math.sqrt(1.0 / 20 + 1.0 / episodes));
    }
  }

  @Test
  void camerasAreThoseOfTheModel() {
    try (MujocoEnvironment world = environment("cartpole-swingup")) {
      assertEquals(List.of("fixed", "lookatcart", "free"), world.cameras());
    }
    try (MujocoEnvironment world = environment("pendulum-swingup")) {
      assertEquals(List.of("fixed", "lookat", "free"), world.cameras());
    }
    try (MujocoEnvironment world = environment("quadruped-walk")) {
      assertEquals(List.of("y", "global", "x", "egocentric", "free"), world.cameras());
    }
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void canBeLookedAt(String task) {
    try (MujocoEnvironment world = environment(task)) {
      world.reset(RandomStream.root(1));
      Array image;
      try {
        image = world.render(60, 40, "");
      } catch (MujocoException e) {
        assertTrue(e.getMessage().contains("apt-get install"), e.getMessage());
        return;
      }
      assertEquals(Shape.of(40, 60, 3), image.shape());
      assertEquals(Shape.of(40, 60), world.renderDepth(60, 40, world.cameras().get(1)).shape());
      boolean varied = false;
      for (int i = 3; i < image.size(); i++) {
        varied |= Math.abs(image.get(i) - image.get(i % 3)) > 40;
      }
      assertTrue(varied, "there is something to see");
    }
  }
}

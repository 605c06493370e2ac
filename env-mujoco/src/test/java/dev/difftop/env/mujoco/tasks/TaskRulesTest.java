package dev.difftop.env.mujoco.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Observations, rewards and initial states of the tasks against the formulas of their description,
 * worked out here from positions and velocities alone.
 */
class TaskRulesTest {
  private static final int STATES = 60;

  /** What a test sees of a task. */
  private record Scene(Simulation world, Task task) {
    double q(int i) {
      return world.qpos().get(i);
    }

    double v(int i) {
      return world.qvel().get(i);
    }

    double[] observed() {
      double[] out = new double[task.parts().stream().mapToInt(Task.Part::size).sum() + 2];
      task.observe(out, 1);
      assertEquals(0, out[0], "writes from the offset on");
      assertEquals(0, out[out.length - 1], "writes no more than its parts");
      return java.util.Arrays.copyOfRange(out, 1, out.length - 1);
    }

    void moveOn(RandomStream random) {
      for (int i = 0; i < world.ctrl().capacity(); i++) {
        world.ctrl().put(i, random.nextDouble(-1.2, 1.2));
      }
      assertTrue(world.controlStep(3).isEmpty());
    }
  }

  private static void inScene(String name, BiConsumer<Scene, RandomStream> test) {
    TaskDefinition definition = Tasks.named(name);
    try (Model model = definition.newModel(Optional.empty());
        Simulation world = new Simulation(model)) {
      test.accept(new Scene(world, definition.task().in(world)), RandomStream.root(17));
    }
  }

  /** Random states as they come in an episode, a few steps after a reset. */
  private static void alongEpisodes(String name, BiConsumer<Scene, double[]> test) {
    inScene(
        name,
        (scene, random) -> {
          for (int i = 0; i < STATES; i++) {
            if (i % 10 == 0) {
              scene.world.reset();
              scene.task.begin(random);
              scene.world.forwardWithoutActuation();
            } else {
              scene.moveOn(random);
            }
            test.accept(scene, scene.observed());
          }
        });
  }

  private static double clamp(double x) {
    return Math.max(0, Math.min(1, x));
  }

  /** The velocity of the centre of mass along x, by moving a little. */
  private static double speed(Scene scene) {
    Model model = scene.world.model();
    double h = 1e-6;
    double[] x = new double[2];
    try (Simulation other = new Simulation(model)) {
      for (int side = 0; side < 2; side++) {
        for (int i = 0; i < model.nq(); i++) {
          other.qpos().put(i, scene.q(i) + (side == 0 ? -h : h) * scene.v(i));
        }
        other.forward();
        double[] masses = model.field("body_mass").values();
        double total = 0;
        for (int body = 1; body < masses.length; body++) {
          x[side] += masses[body] * other.bodyCentre(body, 0);
          total += masses[body];
        }
        x[side] /= total;
      }
    }
    return (x[1] - x[0]) / (2 * h);
  }

  @Test
  void cartpoleSparse() {
    inScene(
        "cartpole-swingup-sparse",
        (scene, random) -> {
          int rewarded = 0;
          for (int i = 0; i < 400; i++) {
            scene.world.qpos().put(0, random.nextDouble(-0.5, 0.5));
            scene.world.qpos().put(1, random.nextDouble(-0.2, 0.2));
            scene.world.forward();
            boolean good = Math.abs(scene.q(0)) <= 0.25 && Math.cos(scene.q(1)) >= 0.995;
            assertEquals(good ? 1 : 0, scene.task.reward());
            rewarded += good ? 1 : 0;
          }
          assertTrue(rewarded > 50 && rewarded < 350);
        });
  }

  @Test
  void ballInCup() {
    alongEpisodes(
        "cup-catch",
        (scene, observed) ->
            assertArrayEquals(
                new double[] {
                  scene.q(0), scene.q(1), scene.q(2), scene.q(3),
                  scene.v(0), scene.v(1), scene.v(2), scene.v(3)
                },
                observed));
    inScene(
        "cup-catch",
        (scene, random) -> {
          int caught = 0;
          for (int i = 0; i < 400; i++) {
            double[] q = {0.1, -0.05, random.nextDouble(0.05, 0.15), random.nextDouble(0.25, 0.35)};
            scene.world.qpos().put(0, q);
            scene.world.forward();
            double dx = q[0] - q[2];
            double dz = 0.6 + q[1] - 0.05 - (0.2 + q[3]);
            boolean good = Math.abs(dx) < 0.025 && Math.abs(dz) < 0.025;
            assertEquals(good ? 1 : 0, scene.task.reward());
            caught += good ? 1 : 0;
          }
          assertTrue(caught > 50 && caught < 350, "caught " + caught);
        });
  }

  @Test
  void cheetah() {
    alongEpisodes(
        "cheetah-run",
        (scene, observed) -> {
          for (int i = 0; i < 8; i++) {
            assertEquals(scene.q(i + 1), observed[i]);
          }
          for (int i = 0; i < 9; i++) {
            assertEquals(scene.v(i), observed[8 + i]);
          }
          assertEquals(clamp(speed(scene) / 10), scene.task.reward(), 1e-8);
        });
  }

  @ParameterizedTest
  @CsvSource({"finger-spin, 0", "finger-turn-easy, 0.07", "finger-turn-hard, 0.03"})
  void finger(String name, double radius) {
    alongEpisodes(
        name,
        (scene, observed) -> {
          double[] target = {
            scene.world.parameters("site_pos")[0] - 0.2, scene.world.parameters("site_pos")[2] - 0.4
          };
          double[] tip = {-0.13 * Math.sin(scene.q(2)), 0.13 * Math.cos(scene.q(2))};
          double distance = Math.hypot(target[0] - tip[0], target[1] - tip[1]) - radius;
          double[] expected = {
            scene.q(0), scene.q(1), tip[0], tip[1], scene.v(0), scene.v(1), scene.v(2)
          };
          for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], observed[i], 1e-12, name + " " + i);
          }
          // sensors in order: five numbers, three places, then the two touches
          assertEquals(Math.log(1 + scene.world.sensors().get(14)), observed[7], 1e-12);
          assertEquals(Math.log(1 + scene.world.sensors().get(15)), observed[8], 1e-12);
          if (radius == 0) {
            assertEquals(scene.v(2) <= -15 ? 1 : 0, scene.task.reward());
            assertEquals(9, observed.length);
            return;
          }
          assertEquals(0.13, Math.hypot(target[0], target[1]), 1e-12);
          assertEquals(target[0], observed[9], 1e-12);
          assertEquals(target[1], observed[10], 1e-12);
          assertEquals(distance, observed[11], 1e-12);
          assertEquals(distance <= 0 ? 1 : 0, scene.task.reward());
        });
  }

  @Test
  void theFingerSpinsWhenFastInOneDirection() {
    inScene(
        "finger-spin",
        (scene, random) -> {
          for (double velocity : new double[] {-15.01, -14.99, 15.01}) {
            scene.world.qvel().put(2, velocity);
            scene.world.forward();
            assertEquals(velocity <= -15 ? 1 : 0, scene.task.reward());
          }
        });
  }

  @Test
  void eachFingerTaskSetsItsOwnParameters() {
    inScene(
        "finger-spin",
        (scene, random) -> assertEquals(0.03, scene.world.parameters("dof_damping")[2]));
    inScene(
        "finger-turn-hard",
        (scene, random) -> {
          assertEquals(0.5, scene.world.parameters("dof_damping")[2]);
          assertEquals(0.03, scene.world.parameters("site_size")[0]);
        });
    inScene(
        "finger-turn-easy",
        (scene, random) -> {
          assertEquals(0.07, scene.world.parameters("site_size")[0]);
          assertEquals(0.03, scene.world.model().field("site_size").values()[0], "shared by all");
        });
  }

  /** Turns (x, z) by an angle about the y axis. */
  private static double[] turn(double angle, double x, double z) {
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    return new double[] {x * c + z * s, -x * s + z * c};
  }

  @Test
  void hopper() {
    alongEpisodes(
        "hopper-stand",
        (scene, observed) -> {
          for (int i = 0; i < 6; i++) {
            assertEquals(scene.q(i + 1), observed[i]);
          }
          for (int i = 0; i < 7; i++) {
            assertEquals(scene.v(i), observed[6 + i]);
          }
          assertEquals(Math.log(1 + scene.world.sensors().get(3)), observed[13], 1e-12);
          assertEquals(Math.log(1 + scene.world.sensors().get(4)), observed[14], 1e-12);
          double idle = 0;
          for (int i = 0; i < 4; i++) {
            double u = scene.world.ctrl().get(i);
            idle += Math.abs(u) < 1 ? 1 - u * u : 0;
          }
          double height = hopperHeight(scene);
          double standing = height >= 0.6 && height <= 2 ? 1 : 0;
          assertEquals(standing * (4 + idle / 4) / 5, scene.task.reward(), 1e-12);
        });
  }

  /** From the foot's centre of mass up to the torso's, link by link. */
  private static double hopperHeight(Scene scene) {
    double angle = scene.q(2);
    double height = turn(angle, 0.00745551544, 0.0788898)[1];
    double[][] links = {{0, -0.05}, {0, -0.2}, {0, -0.33}, {0, -0.32}};
    for (int i = 0; i < links.length; i++) {
      height -= turn(angle, links[i][0], links[i][1])[1];
      angle += scene.q(3 + i);
    }
    return height - turn(angle, 0.045, 0)[1];
  }

  @ParameterizedTest
  @CsvSource({"reacher-easy, 0.05", "reacher-hard, 0.015"})
  void reacher(String name, double radius) {
    alongEpisodes(
        name,
        (scene, observed) -> {
          double[] place = scene.world.parameters("geom_pos");
          int target = 3 * scene.world.model().index(Element.GEOM, "target");
          double distance = Math.hypot(place[target], place[target + 1]);
          assertTrue(distance >= 0.05 - 1e-12 && distance <= 0.2 + 1e-12);
          assertEquals(radius, scene.world.parameters("geom_size")[target]);
          double both = scene.q(0) + scene.q(1);
          double x = place[target] - 0.12 * (Math.cos(scene.q(0)) + Math.cos(both));
          double y = place[target + 1] - 0.12 * (Math.sin(scene.q(0)) + Math.sin(both));
          double[] expected = {scene.q(0), scene.q(1), x, y, scene.v(0), scene.v(1)};
          assertArrayEquals(expected, observed, 1e-12);
          assertEquals(Math.hypot(x, y) <= radius + 0.01 ? 1 : 0, scene.task.reward());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reacher-easy", "reacher-hard"})
  void theReacherIsRewardedAtItsTarget(String name) {
    inScene(
        name,
        (scene, random) -> {
          scene.world.qpos().put(new double[] {0.3, 1.1});
          double x = 0.12 * (Math.cos(0.3) + Math.cos(1.4));
          double y = 0.12 * (Math.sin(0.3) + Math.sin(1.4));
          for (double off : new double[] {0, 0.024, 0.026, 0.059, 0.061}) {
            scene.task.setParameters(Map.of("target", List.of(x + off, y)));
            scene.world.forward();
            boolean good = off <= (name.endsWith("easy") ? 0.06 : 0.025);
            assertEquals(good ? 1 : 0, scene.task.reward(), name + " " + off);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"walker-stand, 0", "walker-walk, 1", "walker-run, 8"})
  void walker(String name, double speed) {
    alongEpisodes(
        name,
        (scene, observed) -> {
          double torso = scene.q(2);
          double[] angles = {
            torso,
            torso - scene.q(3),
            torso - scene.q(3) - scene.q(4),
            torso - scene.q(3) - scene.q(4) - scene.q(5),
            torso - scene.q(6),
            torso - scene.q(6) - scene.q(7),
            torso - scene.q(6) - scene.q(7) - scene.q(8)
          };
          for (int i = 0; i < 7; i++) {
            assertEquals(Math.cos(angles[i]), observed[2 * i], 1e-12);
            assertEquals(Math.sin(angles[i]), observed[2 * i + 1], 1e-12);
          }
          double height = 1.3 + scene.q(0);
          assertEquals(height, observed[14], 1e-12);
          for (int i = 0; i < 9; i++) {
            assertEquals(scene.v(i), observed[15 + i]);
          }
          double low = (1.2 - height) / 0.6;
          double standing = height >= 1.2 ? 1 : Math.pow(0.1, low * low);
          double stand = (3 * standing + (1 + Math.cos(torso)) / 2) / 4;
          double reward = speed == 0 ? stand : stand * (5 * clamp(speed(scene) / speed) + 1) / 6;
          assertEquals(reward, scene.task.reward(), 1e-8);
        });
  }

  @ParameterizedTest
  @CsvSource({"quadruped-walk, 0.5", "quadruped-run, 5"})
  void quadruped(String name, double speed) {
    alongEpisodes(
        name,
        (scene, observed) -> {
          for (int i = 0; i < 16; i++) {
            assertEquals(scene.q(7 + i), observed[i]);
            assertEquals(scene.v(6 + i), observed[16 + i]);
          }
          for (int i = 0; i < 12; i++) {
            assertEquals(scene.world.act().get(i), observed[32 + i]);
          }
          double[][] r = rotation(scene.q(3), scene.q(4), scene.q(5), scene.q(6));
          for (int i = 0; i < 3; i++) {
            double own = 0;
            for (int k = 0; k < 3; k++) {
              own += r[k][i] * scene.v(k);
            }
            assertEquals(own, observed[44 + i], 1e-9);
            assertEquals(scene.v(3 + i), observed[51 + i], 1e-9, "gyro");
            assertEquals(scene.world.sensors().get(i), observed[48 + i], "accelerometer");
          }
          assertEquals(r[2][2], observed[47], 1e-12);
          for (int i = 0; i < 24; i++) {
            double force = scene.world.sensors().get(9 + i);
            double expected = Math.log(Math.abs(force) + Math.sqrt(force * force + 1));
            assertEquals(Math.copySign(expected, force), observed[54 + i], 1e-12);
          }
          double v = observed[44];
          double move = v >= speed ? 1 : v > -speed ? (1 + v / speed) / 2 : 0;
          assertEquals(clamp((1 + r[2][2]) / 2) * move, scene.task.reward(), 1e-12);
        });
  }

  /** The matrix of a quaternion, real part first. */
  private static double[][] rotation(double w, double x, double y, double z) {
    return new double[][] {
      {1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
      {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
      {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}
    };
  }

  @Test
  void touchIsOnePhysicsStepOld() {
    inScene(
        "hopper-stand",
        (scene, random) -> {
          // Standing on the floor, slightly pressed in.
          scene.world.qpos().put(1, -0.05);
          scene.world.qpos().put(5, 0.1);
          scene.world.forwardWithoutActuation();
          double first = scene.observed()[13] + scene.observed()[14];
          assertTrue(first > 0, "current after a reset");
          assertTrue(scene.world.controlStep(1).isEmpty());
          assertEquals(first, scene.observed()[13] + scene.observed()[14], 1e-6);
          assertTrue(scene.world.controlStep(1).isEmpty());
          assertTrue(Math.abs(scene.observed()[13] + scene.observed()[14] - first) > 1e-6);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"finger-spin", "finger-turn-hard", "cup-catch", "quadruped-run"})
  void episodesBeginWithoutContact(String name) {
    inScene(
        name,
        (scene, random) -> {
          for (int i = 0; i < 100; i++) {
            scene.world.reset();
            scene.task.begin(random);
            scene.world.forwardWithoutActuation();
            assertEquals(0, scene.world.contacts());
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "reacher-easy, 2, -3.141593 3.141593 -2.792527 2.792527",
    "hopper-stand, 7, 0 0 0 0 -3.141593 3.141593 -0.523599 0.523599 -2.967060 0.174533 0.087266 2.617994"
        + " -0.785398 0.785398",
    "walker-walk, 9, 0 0 0 0 -3.141593 3.141593 -0.349066 1.745329 -2.617994 0 -0.785398 0.785398"
        + " -0.349066 1.745329 -2.617994 0 -0.785398 0.785398",
    "cup-catch, 4, 0 0 0 0 -0.2 0.2 0.2 0.5"
  })
  void initialPositionsFillTheirRanges(String name, int size, String ranges) {
    String[] bounds = ranges.split(" ");
    inScene(
        name,
        (scene, random) -> {
          double[] low = new double[size];
          double[] high = new double[size];
          java.util.Arrays.fill(low, 100);
          java.util.Arrays.fill(high, -100);
          for (int i = 0; i < 2000; i++) {
            scene.world.reset();
            scene.task.begin(random);
            for (int k = 0; k < size; k++) {
              low[k] = Math.min(low[k], scene.q(k));
              high[k] = Math.max(high[k], scene.q(k));
              assertEquals(0, scene.v(k));
            }
          }
          for (int k = 0; k < size; k++) {
            double from = Double.parseDouble(bounds[2 * k]);
            double to = Double.parseDouble(bounds[2 * k + 1]);
            double slack = 0.01 * (to - from) + 1e-6;
            assertEquals(from, low[k], slack);
            assertEquals(to, high[k], slack);
            assertTrue(low[k] >= from - 1e-6 && high[k] <= to + 1e-6);
          }
        });
  }

  @Test
  void theCheetahHasSettled() {
    inScene(
        "cheetah-run",
        (scene, random) -> {
          scene.task.begin(random);
          assertEquals(0, scene.world.time());
          assertTrue(scene.q(1) < -0.05 && scene.q(1) > -0.5, "fell to the ground");
          double speed = 0;
          for (int i = 0; i < 9; i++) {
            speed = Math.max(speed, Math.abs(scene.v(i)));
          }
          assertTrue(speed > 0 && speed < 1, "nearly at rest, " + speed);
        });
  }

  @Test
  void theQuadrupedBeginsAtTheFirstHeightWithoutContact() {
    inScene(
        "quadruped-walk",
        (scene, random) -> {
          for (int i = 0; i < 20; i++) {
            scene.world.reset();
            scene.task.begin(random);
            double norm = 0;
            for (int k = 3; k < 7; k++) {
              norm += scene.q(k) * scene.q(k);
            }
            assertEquals(1, norm, 1e-12);
            double height = scene.q(2);
            assertEquals(Math.rint(height * 100), height * 100, 1e-9);
            scene.world.qpos().put(2, height - 0.01);
            scene.world.forwardWithoutActuation();
            assertTrue(scene.world.contacts() > 0);
          }
        });
  }

  @Test
  void theQuadrupedStandsWhereItIsPut() {
    inScene(
        "quadruped-run",
        (scene, random) -> {
          assertEquals(100, scene.world.parameters("geom_size")[0], "floor");
          assertEquals(10, scene.world.model().field("geom_size").values()[0]);
        });
  }

  @Test
  void targetsAreReadInAnyWriting() {
    List<Map<String, Object>> same =
        List.of(
            Map.of("target", List.of(0.1, 0.05)),
            Map.of("target_pos", List.of(0.1, 0.05, 0.01)),
            Map.of("target_x", 0.1, "target_y", 0.05, "target_size", 0.05, "note", "text"),
            Map.of("geom_pos", Map.of("target", List.of(0.1, 0.05, 0.01))),
            Map.of("target", Map.of("angle", Math.atan2(2, 1), "radius", Math.hypot(0.1, 0.05))));
    inScene(
        "reacher-easy",
        (scene, random) -> {
          for (Map<String, Object> parameters : same) {
            scene.task.setParameters(Map.of("target", List.of(0, 0)));
            scene.task.setParameters(parameters);
            scene.world.forward();
            assertEquals(0.1 - 0.24, scene.observed()[2], 1e-12, parameters.toString());
            assertEquals(0.05, scene.observed()[3], 1e-12, parameters.toString());
          }
          IllegalArgumentException e =
              assertThrows(
                  IllegalArgumentException.class,
                  () -> scene.task.setParameters(Map.of("colour", 3)));
          assertTrue(e.getMessage().contains("colour"), e.getMessage());
        });
    inScene(
        "finger-turn-easy",
        (scene, random) -> {
          scene.task.setParameters(Map.of("target", List.of(0.25, 0.5)));
          scene.world.forward();
          assertEquals(0.05, scene.observed()[9], 1e-12);
          assertEquals(0.1, scene.observed()[10], 1e-12);
          scene.task.setParameters(Map.of("target_angle", Math.PI / 2));
          scene.world.forward();
          assertEquals(0.13, scene.observed()[9], 1e-12);
          assertEquals(0, scene.observed()[10], 1e-12);
        });
    inScene(
        "finger-spin",
        (scene, random) ->
            assertThrows(
                IllegalArgumentException.class, () -> scene.task.setParameters(Map.of("goal", 1))));
  }
}

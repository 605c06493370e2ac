package dev.difftop.env.mujoco.tasks.manipulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.Tasks;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.manipulation.Overlap.Rectangle;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TeeTest {
  private static final double GOAL_X = 0.04;
  private static final double GOAL_Y = 0.02;
  private static final double GOAL_ANGLE = Math.PI / 4;

  private static void inWorld(Consumer<Simulation> test) {
    try (Model model = Tasks.named("push-t").newModel(Optional.empty());
        Simulation world = new Simulation(model)) {
      test.accept(world);
    }
  }

  /** Whether a point of the T's own frame is in the T. */
  private static boolean isInside(double x, double y) {
    boolean bar = Math.abs(x) <= 0.06 && y >= 0 && y <= 0.03;
    boolean stem = Math.abs(x) <= 0.015 && y >= -0.09 && y <= 0;
    return bar || stem;
  }

  /** The covered share by a grid of points of the painted T. */
  private static double counted(double x, double y, double angle) {
    int all = 0;
    int covered = 0;
    for (double px = -0.06; px <= 0.06; px += 0.0005) {
      for (double py = -0.09; py <= 0.03; py += 0.0005) {
        if (isInside(px, py)) {
          all++;
          double gx = GOAL_X + Math.cos(GOAL_ANGLE) * px - Math.sin(GOAL_ANGLE) * py - x;
          double gy = GOAL_Y + Math.sin(GOAL_ANGLE) * px + Math.cos(GOAL_ANGLE) * py - y;
          boolean hit =
              isInside(
                  Math.cos(angle) * gx + Math.sin(angle) * gy,
                  -Math.sin(angle) * gx + Math.cos(angle) * gy);
          covered += hit ? 1 : 0;
        }
      }
    }
    return covered / (double) all;
  }

  @Test
  void coverageIsTheSharedArea() {
    inWorld(
        world -> {
          Tee tee = new Tee(world);
          assertEquals(1, tee.coverage(GOAL_X, GOAL_Y, GOAL_ANGLE), 1e-12);
          assertEquals(1, tee.coverage(GOAL_X, GOAL_Y, GOAL_ANGLE - 2 * Math.PI), 1e-12);
          assertEquals(0, tee.coverage(GOAL_X + 0.3, GOAL_Y, GOAL_ANGLE));
          RandomStream random = RandomStream.root(1);
          for (int i = 0; i < 40; i++) {
            double x = GOAL_X + random.nextDouble(-0.05, 0.05);
            double y = GOAL_Y + random.nextDouble(-0.05, 0.05);
            double angle = random.nextDouble(-4, 4);
            assertEquals(counted(x, y, angle), tee.coverage(x, y, angle), 0.02);
          }
        });
  }

  @Test
  void rectanglesShareWhatTheyShare() {
    Overlap overlap = new Overlap();
    Rectangle unit = new Rectangle(0, 0, 1, 1);
    assertEquals(4, overlap.area(unit, unit, 0, 0, 1, 0), 1e-15);
    assertEquals(1.5, overlap.area(unit, unit, 0.5, 1, 1, 0), 1e-15);
    assertEquals(0, overlap.area(unit, unit, 2, 0, 1, 0), 1e-15);
    // A square turned by 45 degrees in one of the same size is an octagon.
    double half = Math.sqrt(0.5);
    assertEquals(8 * (Math.sqrt(2) - 1), overlap.area(unit, unit, 0, 0, half, half), 1e-12);
    assertEquals(0.04, overlap.area(unit, new Rectangle(0.3, 0, 0.1, 0.1), 0, 0, 0, 1), 1e-15);
  }

  @Test
  void theDistanceIsZeroAtTheGoalAlone() {
    inWorld(
        world -> {
          Tee tee = new Tee(world);
          assertEquals(0, tee.distance(GOAL_X, GOAL_Y, GOAL_ANGLE), 1e-9);
          assertEquals(0.03, tee.distance(GOAL_X + 0.03, GOAL_Y, GOAL_ANGLE), 1e-12);
          assertTrue(tee.distance(GOAL_X, GOAL_Y, GOAL_ANGLE + 0.1) > 0.005);
        });
  }

  @Test
  void rewardAndGoalFollowTheCoverage() {
    inWorld(
        world -> {
          Task task = Tasks.named("push-t").task().in(world);
          Tee tee = new Tee(world);
          boolean[] seen = new boolean[2];
          for (double shift = 0; shift < 0.03; shift += 0.001) {
            world.qpos().put(0, GOAL_X + shift).put(1, GOAL_Y).put(2, GOAL_ANGLE);
            double coverage = tee.coverage(GOAL_X + shift, GOAL_Y, GOAL_ANGLE);
            assertEquals(Math.min(1, coverage / 0.9), task.reward(), 1e-12);
            boolean met = task.success().orElseThrow();
            assertEquals(coverage >= 0.9, met);
            seen[met ? 1 : 0] = true;
          }
          assertTrue(seen[0] && seen[1], "both were seen");
        });
  }

  @Test
  void beginsApartFromTheFinger() {
    inWorld(
        world -> {
          Task task = Tasks.named("push-t").task().in(world);
          for (int seed = 0; seed < 200; seed++) {
            world.reset();
            task.begin(RandomStream.root(seed));
            world.forwardWithoutActuation();
            assertEquals(0, world.contacts(), "seed " + seed);
          }
        });
  }

  @Test
  void theGripperIsCarriedByItsActuator() {
    try (Model model = Tasks.named("lift").newModel(Optional.empty());
        Simulation world = new Simulation(model)) {
      world.forward();
      double before = world.bodyPosition(model.index(Element.BODY, "hand"), 2);
      assertTrue(world.controlStep(200).isEmpty());
      double after = world.bodyPosition(model.index(Element.BODY, "hand"), 2);
      assertEquals(before, after, 1e-4);
    }
  }
}

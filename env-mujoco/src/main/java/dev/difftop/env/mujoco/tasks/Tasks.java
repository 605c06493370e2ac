package dev.difftop.env.mujoco.tasks;

import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.tasks.control.BallInCup;
import dev.difftop.env.mujoco.tasks.control.Cartpole;
import dev.difftop.env.mujoco.tasks.control.Cheetah;
import dev.difftop.env.mujoco.tasks.control.Finger;
import dev.difftop.env.mujoco.tasks.control.Hopper;
import dev.difftop.env.mujoco.tasks.control.Pendulum;
import dev.difftop.env.mujoco.tasks.control.Quadruped;
import dev.difftop.env.mujoco.tasks.control.Reacher;
import dev.difftop.env.mujoco.tasks.control.Walker;
import dev.difftop.env.mujoco.tasks.definition.Surplus;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import dev.difftop.env.mujoco.tasks.manipulation.ManipulationTasks;
import java.util.List;
import java.util.stream.Stream;

/** The built-in tasks: those of the control suite, variants of them, and manipulation. */
public final class Tasks {
  private static final List<TaskDefinition> CONTROL_SUITE =
      List.of(
          new TaskDefinition(
              "cartpole-balance",
              "keep the pole upright, from near upright",
              "cartpole.xml",
              1,
              8,
              Cartpole::balance),
          new TaskDefinition(
              "cartpole-swingup",
              "swing the hanging pole up and keep it there",
              "cartpole.xml",
              1,
              8,
              Cartpole::swingup),
          new TaskDefinition(
              "cartpole-swingup-sparse",
              "swing the hanging pole up; rewarded only there",
              "cartpole.xml",
              1,
              8,
              Cartpole::swingupSparse),
          new TaskDefinition(
              "cheetah-run", "run as fast as 10 m/s", "cheetah.xml", 1, 2, Cheetah::new),
          new TaskDefinition(
              "cup-catch",
              "swing the ball on its string into the cup",
              "ball_in_cup.xml",
              10,
              2,
              BallInCup::new),
          new TaskDefinition(
              "finger-spin",
              "keep the body spinning with flicks of the finger",
              "finger.xml",
              2,
              2,
              Finger::spin),
          new TaskDefinition(
              "finger-turn-easy",
              "turn the body until its tip is in the large target",
              "finger.xml",
              2,
              2,
              Finger::turnEasy),
          new TaskDefinition(
              "finger-turn-hard",
              "turn the body until its tip is in the small target",
              "finger.xml",
              2,
              2,
              Finger::turnHard),
          new TaskDefinition(
              "hopper-stand",
              "stand on one leg, with little effort",
              "hopper.xml",
              4,
              4,
              Hopper::new),
          new TaskDefinition(
              "pendulum-swingup",
              "swing the pendulum up with a motor too weak to lift it, and keep it there",
              "pendulum.xml",
              1,
              2,
              Pendulum::new),
          new TaskDefinition(
              "quadruped-run",
              "run on four legs at 5 m/s",
              Surplus.QUADRUPED_MODEL,
              4,
              4,
              Quadruped::run,
              Quadruped.CAMERA,
              Quadruped.UNUSED_SITES),
          new TaskDefinition(
              "quadruped-walk",
              "walk on four legs at 0.5 m/s",
              Surplus.QUADRUPED_MODEL,
              4,
              4,
              Quadruped::walk,
              Quadruped.CAMERA,
              Quadruped.UNUSED_SITES),
          new TaskDefinition(
              "reacher-easy",
              "reach the large target with the tip of the arm",
              "reacher.xml",
              1,
              4,
              Reacher::easy),
          new TaskDefinition(
              "reacher-hard",
              "reach the small target with the tip of the arm",
              "reacher.xml",
              1,
              4,
              Reacher::hard),
          new TaskDefinition(
              "walker-run", "run upright at 8 m/s", "walker.xml", 10, 2, Walker::run),
          new TaskDefinition("walker-stand", "stand upright", "walker.xml", 10, 2, Walker::stand),
          new TaskDefinition(
              "walker-walk", "walk upright at 1 m/s", "walker.xml", 10, 2, Walker::walk));

  /** Tasks with models of the suite that the suite has not. */
  private static final List<TaskDefinition> VARIANTS =
      List.of(
          new TaskDefinition(
              "cartpole-balance-terminating",
              "keep the pole upright, from near upright; a fall ends the episode",
              "cartpole.xml",
              1,
              8,
              Cartpole::balanceTerminating));

  private static final List<TaskDefinition> ALL =
      Stream.of(CONTROL_SUITE, VARIANTS, ManipulationTasks.all()).flatMap(List::stream).toList();

  private Tasks() {}

  /** All tasks by name. */
  public static List<TaskDefinition> all() {
    return ALL;
  }

  /**
   * The task of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static TaskDefinition named(String name) {
    return ALL.stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "mujoco: no task named \"%s\"%s; found %s"
                        .formatted(name, Model.hint(name, names()), String.join(", ", names()))));
  }

  /** The tasks of the control suite by name. */
  public static List<TaskDefinition> controlSuite() {
    return CONTROL_SUITE;
  }

  /** The names of all tasks. */
  public static List<String> names() {
    return ALL.stream().map(TaskDefinition::name).toList();
  }
}

package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.custom.CustomTask;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Combination;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Goal;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Observation;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Outcome;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Reward;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Start;
import dev.difftop.env.mujoco.tasks.definition.ExpertDefinition;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import dev.difftop.env.mujoco.tasks.definition.Tolerance.Kind;
import java.util.List;

/**
 * Small manipulation tasks for imitation: models of our own, each with a goal that is met or not
 * and with an expert. Two of them are stated in the words that a user's own task is stated in.
 */
public final class ManipulationTasks {
  /** Physics steps of 5 ms per control step: 20 decisions a second. */
  private static final int PHYSICS_STEPS = 10;

  private static final double NONE = Double.POSITIVE_INFINITY;

  private ManipulationTasks() {}

  public static List<TaskDefinition> all() {
    return List.of(
        Avoiding.definition(PHYSICS_STEPS),
        new TaskDefinition(
            "lift",
            "grip the cube and lift it off the table",
            "lift.xml",
            PHYSICS_STEPS,
            ManipulationTasks::lift,
            80,
            List.of(
                new ExpertDefinition(
                    "scripted", "moves above the cube, down, grips, lifts", ScriptedLift::new))),
        new TaskDefinition(
            "push-t",
            "push the T onto the T painted on the table",
            "push_t.xml",
            PHYSICS_STEPS,
            PushT::new,
            400,
            List.of(
                new ExpertDefinition(
                    "scripted",
                    "pushes by a feedback law: the action follows from the state alone",
                    model -> new ScriptedPusher(model, PHYSICS_STEPS)),
                new ExpertDefinition(
                    "planned",
                    "tries pushes in a simulation of its own and makes the best one, again and"
                        + " again",
                    model -> new PushPlanner(model, PHYSICS_STEPS)))),
        new TaskDefinition(
                "reach-around",
                "reach the target behind the wall, left or right around it",
                "reach_around.xml",
                PHYSICS_STEPS,
                ManipulationTasks::reachAround,
                80,
                List.of(
                    new ExpertDefinition(
                        "scripted",
                        "goes around, left or right by chance; decides before the wall",
                        ScriptedReachAround::new)))
            .withPath("hand"));
  }

  private static Task reachAround(Simulation simulation) {
    return new CustomTask(
        simulation,
        new CustomTask.Rules(
            List.of(
                new Observation("position", List.of("qpos:hand_x", "qpos:hand_y")),
                new Observation("velocity", List.of("qvel:hand_x", "qvel:hand_y"))),
            List.of(new Reward("distance:hand,target", 0, 0.02, 0.4, Kind.GAUSSIAN, 0.1, 1)),
            Combination.PRODUCT,
            List.of(new Start("hand_x", -0.24, -0.2), new Start("hand_y", -0.04, 0.04)),
            0,
            0,
            List.of(new Goal("distance:hand,target", 0, 0.03)),
            List.of(),
            List.of(passed("left", 0, NONE), passed("right", -NONE, 0))));
  }

  /** Past the wall, on a side. */
  private static Outcome passed(String side, double low, double high) {
    return new Outcome(
        side, List.of(new Goal("qpos:hand_x", 0, NONE), new Goal("qpos:hand_y", low, high)));
  }

  private static Task lift(Simulation simulation) {
    return new CustomTask(
        simulation,
        new CustomTask.Rules(
            List.of(
                new Observation(
                    "hand",
                    List.of("qpos:hand_x", "qpos:hand_y", "qpos:hand_z", "qpos:left_finger")),
                new Observation("cube", List.of("qpos:cube[0]", "qpos:cube[1]", "qpos:cube[2]")),
                new Observation(
                    "cube_orientation",
                    List.of("qpos:cube[3]", "qpos:cube[4]", "qpos:cube[5]", "qpos:cube[6]")),
                new Observation(
                    "cube_from_pinch",
                    List.of(
                        "sensor:cube_from_pinch[0]",
                        "sensor:cube_from_pinch[1]",
                        "sensor:cube_from_pinch[2]")),
                new Observation(
                    "velocity",
                    List.of("qvel:hand_x", "qvel:hand_y", "qvel:hand_z", "qvel:left_finger"))),
            List.of(
                new Reward("distance:pinch,cube", 0, 0.015, 0.3, Kind.GAUSSIAN, 0.1, 1),
                new Reward("z:cube", 0.1, NONE, 0.08, Kind.LINEAR, 0, 2)),
            Combination.MEAN,
            List.of(
                new Start("hand_x", -0.08, 0.08),
                new Start("hand_y", -0.08, 0.08),
                new Start("hand_z", -0.03, 0.03),
                new Start("cube[0]", -0.08, 0.08),
                new Start("cube[1]", -0.08, 0.08)),
            0,
            0,
            List.of(new Goal("z:cube", 0.1, NONE), new Goal("distance:pinch,cube", 0, 0.02)),
            List.of(),
            List.of()));
  }
}

package dev.difftop.env.mujoco.tasks;

import java.util.List;

/** The tasks there are. */
public final class Tasks {
  private static final List<TaskDefinition> ALL =
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
              "pendulum-swingup",
              "swing the pendulum up with a motor too weak to lift it, and keep it there",
              "pendulum.xml",
              1,
              2,
              Pendulum::new));

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
                    "mujoco: no task named \"%s\"; found %s"
                        .formatted(name, String.join(", ", names()))));
  }

  /** The names of all tasks. */
  public static List<String> names() {
    return ALL.stream().map(TaskDefinition::name).toList();
  }
}

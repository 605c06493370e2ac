package dev.difftop.app.cli.env;

import dev.difftop.api.config.Nearest;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Choice;
import dev.difftop.assembly.Plugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tasks of all environments. */
public final class Tasks {
  /**
   * A task and who offers it.
   *
   * @param plugin the environment
   * @param inspector what tells of it; empty for an environment that is one task
   */
  public record Task(
      String name, String summary, Plugin plugin, Optional<EnvironmentInspector> inspector) {}

  private final Session session;

  public Tasks(Session session) {
    this.session = session;
  }

  /** All tasks, by environment. */
  public List<Task> all() {
    List<Task> tasks = new ArrayList<>();
    for (Plugin plugin : session.plugins().of(Environment.class)) {
      Optional<EnvironmentInspector> inspector =
          ((EnvironmentProvider<?>) plugin.provider()).inspector();
      Map<String, String> names =
          inspector
              .map(EnvironmentInspector::tasks)
              .orElse(Map.of(plugin.name(), plugin.summary()));
      names.forEach((name, summary) -> tasks.add(new Task(name, summary, plugin, inspector)));
    }
    return tasks;
  }

  /**
   * The task of that name.
   *
   * @throws UsageException if there is none; the message lists those there are
   */
  Task named(String name) {
    List<Task> all = all();
    return all.stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new UsageException("TASK", explainMissing(name, all)));
  }

  private static String explainMissing(String name, List<Task> all) {
    List<String> names = all.stream().map(Task::name).toList();
    String hint = Nearest.to(name, names).map(n -> "; did you mean " + n + "?").orElse("");
    return "no task named \"%s\"%s; found %s"
        .formatted(name, hint, names.isEmpty() ? "none" : String.join(", ", names));
  }

  /** The environment of a task, with further settings. */
  Choice<Environment> choose(Task task, List<String> settings) {
    List<String> all = new ArrayList<>();
    task.inspector().ifPresent(i -> all.add("task=" + task.name()));
    all.addAll(settings);
    return session.configurations().choose(Environment.class, task.plugin().name(), all);
  }

  /** Makes the environment of a task. */
  public Environment make(Task task, List<String> settings) {
    return session.make(choose(task, settings));
  }
}

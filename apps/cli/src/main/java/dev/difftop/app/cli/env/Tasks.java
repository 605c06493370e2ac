package dev.difftop.app.cli.env;

import dev.difftop.api.config.Nearest;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Choice;
import dev.difftop.assembly.Plugin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tasks of all environments. */
public final class Tasks {
  /**
   * A task and its provider.
   *
   * @param plugin the environment
   * @param inspector of its provider; empty for an environment that is one task
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
   * The environment of a task, with further settings.
   *
   * @param taskOrFile a task's name, or a FILE.yaml with a section {@code environment}
   * @param settings {@code key=value} of the environment's configuration
   * @throws UsageException if there is no such task; the message lists the available ones
   */
  public Choice<Environment> choose(String taskOrFile, List<String> settings) {
    if (isFile(taskOrFile)) {
      List<String> overrides = settings.stream().map(s -> "environment." + s).toList();
      return session
          .configurations()
          .readPart(EnvironmentSection.class, Path.of(taskOrFile), overrides)
          .value()
          .environment();
    }
    Task task = named(taskOrFile);
    List<String> all = new ArrayList<>();
    task.inspector().ifPresent(i -> all.add("task=" + task.name()));
    all.addAll(settings);
    return session.configurations().choose(Environment.class, task.plugin().name(), all);
  }

  /** Whether an argument names a FILE.yaml, and not a task. */
  public static boolean isFile(String taskOrFile) {
    return taskOrFile.endsWith(".yaml") || taskOrFile.endsWith(".yml");
  }

  private Task named(String name) {
    List<Task> all = all();
    return all.stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new UsageException("TASK", explainMissing(name, all)));
  }

  /** What describes and checks environments of that choice. */
  static Optional<EnvironmentInspector> inspector(Choice<Environment> choice) {
    return ((EnvironmentProvider<?>) choice.plugin().provider()).inspector();
  }

  /** A one-line summary of the task of a choice. */
  static String summary(Choice<Environment> choice) {
    return inspector(choice)
        .map(i -> i.summary(choice.configuration()))
        .orElse(choice.plugin().summary());
  }

  private static String explainMissing(String name, List<Task> all) {
    List<String> names = all.stream().map(Task::name).toList();
    String hint = Nearest.to(name, names).map(n -> "; did you mean " + n + "?").orElse("");
    return "no task named \"%s\"%s; found %s"
        .formatted(name, hint, names.isEmpty() ? "none" : String.join(", ", names));
  }
}

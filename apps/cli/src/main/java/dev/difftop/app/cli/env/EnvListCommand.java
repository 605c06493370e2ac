package dev.difftop.app.cli.env;

import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists the tasks. */
@Command(name = "list", description = "List the tasks of all environments.")
final class EnvListCommand implements Callable<Integer> {
  private final Session session;

  EnvListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Tasks.Task> tasks = new Tasks(session).all();
    Table table = new Table("TASK", "ENVIRONMENT", "SUMMARY");
    tasks.forEach(t -> table.row(t.name(), t.plugin().name(), t.summary()));
    List<Map<String, Object>> documents = tasks.stream().map(EnvListCommand::document).toList();
    session.console().answer(Map.of("tasks", documents), table.lines());
    return 0;
  }

  private static Map<String, Object> document(Tasks.Task task) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("task", task.name());
    one.put("environment", task.plugin().name());
    one.put("summary", task.summary());
    return one;
  }
}

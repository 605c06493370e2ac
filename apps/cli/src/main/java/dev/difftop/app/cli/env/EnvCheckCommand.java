package dev.difftop.app.cli.env;

import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.app.cli.console.Documents;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a task with recorded reference data. */
@Command(
    name = "check",
    description = "Compare a task with recorded reference data; status 1 if they differ.")
final class EnvCheckCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "TASK", description = "See 'difftop env list'.")
  private String task;

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "FILE.json",
      description = "The recorded data.")
  private Path reference;

  @Option(
      names = "--model",
      paramLabel = "FILE.xml",
      description = "A model in place of the task's own.")
  private Optional<Path> model = Optional.empty();

  EnvCheckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Tasks.Task found = new Tasks(session).named(task);
    EnvironmentInspector inspector =
        found
            .inspector()
            .orElseThrow(
                () ->
                    new UsageException(
                        "TASK", "environment " + found.plugin().name() + " cannot be compared"));
    Map<String, Object> report = inspector.check(task, model, Json.read(reference));
    boolean ok = Boolean.TRUE.equals(report.get("ok"));
    session.console().answer(report, lines(report, ok));
    return ok ? 0 : Failure.CHECK_FAILED;
  }

  /** The figures, without what was computed. */
  private static List<String> lines(Map<String, Object> report, boolean ok) {
    Map<String, Object> figures = new LinkedHashMap<>(report);
    figures.remove("arrays");
    figures.remove("ok");
    List<String> lines = new ArrayList<>(Documents.lines(figures));
    lines.add(ok ? "They agree." : "They differ.");
    return lines;
  }
}

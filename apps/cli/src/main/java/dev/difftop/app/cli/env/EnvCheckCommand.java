package dev.difftop.app.cli.env;

import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.app.cli.console.Documents;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Choice;
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

/** Compares a task with recorded reference data, or runs it once with random actions. */
@Command(
    name = "check",
    description = {
      "Compare a task with recorded reference data; status 1 if they differ.",
      "Without --reference: run an episode twice with the same random actions and report the ranges"
          + " of observations and rewards; status 1 if the simulation fails or the two runs differ."
    })
final class EnvCheckCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "TASK",
      description = "A task (see 'difftop env list'), or a FILE.yaml with an environment.")
  private String task;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings of the environment; see 'difftop describe environment NAME'.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--reference", paramLabel = "FILE.json", description = "The recorded data.")
  private Optional<Path> reference = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "FILE.xml",
      description = "A model in place of the task's own.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the first state and the random actions (${DEFAULT-VALUE}).")
  private long seed;

  EnvCheckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<String> all = new ArrayList<>(settings);
    model.ifPresent(file -> all.add("model=" + Json.write(file.toString())));
    Choice<Environment> chosen = new Tasks(session).choose(task, all);
    boolean compares = reference.isPresent();
    Map<String, Object> report = compares ? compare(chosen) : run(chosen);
    boolean ok = Boolean.TRUE.equals(report.get("ok"));
    session.console().answer(report, lines(report, compares, ok));
    return ok ? 0 : Failure.CHECK_FAILED;
  }

  private Map<String, Object> compare(Choice<Environment> chosen) {
    EnvironmentInspector inspector =
        Tasks.inspector(chosen)
            .orElseThrow(
                () ->
                    new UsageException(
                        "TASK", "environment " + chosen.name() + " cannot be compared"));
    return inspector.check(chosen.configuration(), Json.read(reference.orElseThrow()));
  }

  private Map<String, Object> run(Choice<Environment> chosen) {
    try (Environment environment = session.make(chosen)) {
      return new RandomEpisode(environment, seed).report();
    }
  }

  /** The figures, without what was computed. */
  private static List<String> lines(Map<String, Object> report, boolean compares, boolean ok) {
    Map<String, Object> figures = new LinkedHashMap<>(report);
    figures.remove("arrays");
    figures.remove("ok");
    List<String> lines = new ArrayList<>(Documents.lines(figures));
    String verdict = ok ? "They agree." : "They differ.";
    lines.add(compares ? verdict : ok ? "The episode ran twice alike." : "Not sound; see above.");
    return lines;
  }
}

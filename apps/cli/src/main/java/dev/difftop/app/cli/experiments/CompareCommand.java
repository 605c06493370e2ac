package dev.difftop.app.cli.experiments;

import dev.difftop.app.cli.console.Session;
import dev.difftop.app.experiments.report.Comparison;
import dev.difftop.app.experiments.statistics.Bootstrap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Compares single runs. */
@Command(
    name = "compare",
    description =
        "Compare runs with the first one: configuration, returns with intervals, processor time.")
public final class CompareCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "2..*", paramLabel = "RUN", description = "Run folders.")
  private List<Path> folders = new ArrayList<>();

  CompareCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.console().answerPlainly(Comparison.of(folders, Bootstrap.STANDARD));
    return 0;
  }
}

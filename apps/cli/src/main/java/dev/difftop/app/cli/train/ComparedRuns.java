package dev.difftop.app.cli.train;

import dev.difftop.app.cli.console.Table;
import dev.difftop.learning.rollout.Evaluation;
import dev.difftop.learning.run.RunResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs that are compared: the conditions that they share, and their results side by side. */
final class ComparedRuns {
  /**
   * Keys whose overrides hold for every compared run: where it acts, what it learns from, its seed.
   * A budget is none of them, as every learner counts in its own unit.
   */
  private static final List<String> CONDITIONS =
      List.of(
          "environment",
          "dataset",
          "observations",
          "run.seed",
          "run.threads",
          "run.evaluation-episodes");

  private final List<Row> rows = new ArrayList<>();

  private record Row(String run, RunResult result) {}

  /** The overrides, each key=value, that hold for every run. */
  static List<String> conditions(List<String> overrides) {
    return overrides.stream().filter(ComparedRuns::isCondition).toList();
  }

  private static boolean isCondition(String override) {
    String key = override.replaceFirst("=.*", "");
    return CONDITIONS.stream().anyMatch(c -> key.equals(c) || key.startsWith(c + "."));
  }

  /** Adds a run under the name of its folder. */
  void add(RunResult result) {
    rows.add(new Row(name(result.folder()), result));
  }

  private static String name(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  /** One line a run, with a heading. */
  List<String> lines() {
    Table table = new Table("run", "return", "success", "action ms", "processor s");
    for (Row row : rows) {
      Optional<Evaluation> evaluation = row.result().evaluation();
      double seconds =
          row.result().compute().processorSeconds().values().stream()
              .mapToDouble(Double::doubleValue)
              .sum();
      table.row(
          row.run(),
          evaluation.map(e -> number("%.1f ± %.1f", e.mean(), e.std())).orElse("-"),
          evaluation.flatMap(Evaluation::successAny).map(s -> number("%.2f", s)).orElse("-"),
          evaluation.map(e -> number("%.3g", e.actionMillis(0.5))).orElse("-"),
          number("%.0f", seconds));
    }
    return table.lines();
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

package dev.difftop.app.cli.train;

import dev.difftop.app.cli.console.Console;
import dev.difftop.app.cli.console.Documents;
import dev.difftop.app.cli.console.Progress;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Position;
import dev.difftop.learning.rollout.Evaluation;
import dev.difftop.learning.run.RunResult;
import dev.difftop.learning.run.Training;
import dev.difftop.learning.run.TrainingListener;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The progress line of a run: its headline metrics and the time left. */
final class ConsoleProgress implements TrainingListener, AutoCloseable {
  private static final double MANY_MASKED = 0.05;

  private final Console console;
  private List<Metric> headlines = List.of();
  private Progress progress;
  private long updates;
  private double masked;

  ConsoleProgress(Console console) {
    this.console = console;
  }

  @Override
  public void started(Training training) {
    headlines = training.learner().metrics().stream().filter(Metric::headline).toList();
    String unit = training.learner().position().unit();
    progress = new Progress(console, training.resolved().spec().learner().name() + ", " + unit);
  }

  @Override
  public void updated(Position position, Metrics metrics) {
    updates++;
    masked += Double.isNaN(metrics.get("masked")) ? 0 : metrics.get("masked");
    progress.at(position.done(), position.total(), figures(metrics));
  }

  private String figures(Metrics metrics) {
    return headlines.stream()
        .filter(metric -> metrics.values().containsKey(metric.name()))
        .map(metric -> metric.name() + " " + shown(metrics.get(metric.name())))
        .collect(Collectors.joining("  "));
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.4f" : "%.1f", value);
  }

  @Override
  public void evaluated(Position position, Evaluation evaluation) {
    StringBuilder line =
        new StringBuilder(
            "%s %d: return %s ± %s over %d episodes"
                .formatted(
                    position.unit(),
                    position.done(),
                    Documents.number(evaluation.mean()),
                    Documents.number(evaluation.std()),
                    evaluation.episodes().size()));
    evaluation.successAny().ifPresent(s -> line.append(", success ").append(Documents.number(s)));
    console.say(line.toString());
  }

  /** Samples that were left out compare another experiment: the summary says so. */
  @Override
  public void ended(RunResult result) {
    if (updates > 0 && masked / updates > MANY_MASKED) {
      console.note(
          String.format(
              Locale.ROOT,
              "%.0f %% of the samples were left out of the gradient: their solves did not"
                  + " converge; raise policy.solver.max-iterations or policy.solver.tolerance",
              100 * masked / updates));
    }
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}

package dev.difftop.app.cli.train;

import dev.difftop.app.media.LineChart;
import dev.difftop.learning.Metric;
import dev.difftop.learning.run.EvaluationsCsv;
import dev.difftop.learning.run.MetricsCsv;
import dev.difftop.learning.run.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code learning-curve.svg}: the headline losses of a run, or its returns where it has several.
 */
final class LearningCurve {
  private LearningCurve() {}

  static void write(Training training) throws IOException {
    Path folder = training.folder();
    String unit = training.learner().position().unit();
    List<EvaluationsCsv.Row> evaluations = EvaluationsCsv.read(folder.resolve("evaluations.csv"));
    Path file = folder.resolve("learning-curve.svg");
    if (evaluations.size() > 1) {
      new LineChart("Return while learning", unit, "return of an episode", false)
          .line(
              "mean of an evaluation",
              evaluations.stream().mapToDouble(EvaluationsCsv.Row::position).toArray(),
              evaluations.stream().mapToDouble(EvaluationsCsv.Row::mean).toArray())
          .write(file);
      return;
    }
    MetricsCsv rows = MetricsCsv.read(folder.resolve("metrics.csv"));
    LineChart chart = new LineChart("Learning", unit, "loss", true);
    for (Metric metric : training.learner().metrics()) {
      boolean isError = metric.meaning().contains("squared error");
      if (isError && rows.hasValues(metric.name())) {
        chart.line(metric.meaning(), rows.positions(metric.name()), rows.values(metric.name()));
      }
    }
    chart.write(file);
  }
}

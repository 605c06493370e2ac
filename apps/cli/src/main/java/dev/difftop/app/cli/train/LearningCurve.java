package dev.difftop.app.cli.train;

import dev.difftop.app.media.LineChart;
import java.io.IOException;
import java.util.List;

/** The losses of a run over its gradient steps, as a picture. */
final class LearningCurve {
  private final RunFolder folder;

  LearningCurve(RunFolder folder) {
    this.folder = folder;
  }

  /** Writes {@code learning-curve.svg}. */
  void write() throws IOException {
    List<double[]> rows = folder.readMetrics();
    new LineChart("Learning through the solver", "gradient step", "mean squared error", true)
        .line("planned actions", column(rows, 0), column(rows, 1))
        .line("first action, held out", column(rows, 0), column(rows, 3))
        .line("next latent state", column(rows, 0), column(rows, 2))
        .write(folder.path().resolve("learning-curve.svg"));
  }

  private static double[] column(List<double[]> rows, int column) {
    return rows.stream().mapToDouble(row -> row[column]).toArray();
  }
}

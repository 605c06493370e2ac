package dev.difftop.app.cli.dataset;

import dev.difftop.api.array.DType;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.app.media.ChartSheet;
import dev.difftop.app.media.LineChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Charts of the arrays of an episode over its steps: one an array, a line a column. */
final class EpisodeCharts {
  private static final int MOST_CHARTS = 24;
  private static final int MOST_LINES = 6;
  private static final int COLUMNS = 2;

  private final Dataset dataset;
  private final int episode;
  private final List<String> fields;

  EpisodeCharts(DatasetPicture what) {
    this.dataset = what.dataset();
    this.episode = what.episodes(1).get(0);
    this.fields = what.fields(DType.FLOAT32, MOST_CHARTS);
  }

  void write(Path out) throws IOException {
    new ChartSheet(fields.stream().flatMap(field -> charts(field).stream()).toList(), COLUMNS)
        .write(out);
  }

  /** An array of many columns takes several charts if it is the only one. */
  private List<LineChart> charts(String field) {
    int width = dataset.fields().get(field).shape().size();
    int shown = Math.min(width, fields.size() == 1 ? MOST_CHARTS * MOST_LINES : MOST_LINES);
    List<LineChart> charts = new ArrayList<>();
    for (int from = 0; from < shown; from += MOST_LINES) {
      charts.add(chart(field, width, from, Math.min(shown, from + MOST_LINES)));
    }
    return charts;
  }

  private LineChart chart(String field, int width, int from, int to) {
    Dataset.Episode shown = dataset.episodes().get(episode);
    double[] values = dataset.read(episode, field, 0, shown.length()).toDoubles();
    double[] steps = IntStream.range(0, shown.length()).asDoubleStream().toArray();
    String part = to - from < width ? " [%d to %d of %d]".formatted(from, to - 1, width) : "";
    LineChart chart = new LineChart(field + part + " of " + shown.name(), "step", field, false);
    for (int k = from; k < to; k++) {
      int column = k;
      double[] line =
          IntStream.range(0, steps.length).mapToDouble(t -> values[t * width + column]).toArray();
      chart.line(width == 1 ? field : "[" + k + "]", steps, line);
    }
    return chart;
  }
}

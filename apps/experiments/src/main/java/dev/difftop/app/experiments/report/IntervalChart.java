package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Estimates with their intervals and every run, one row a cell, as SVG. */
final class IntervalChart {
  private static final int WIDTH = 480;
  private static final int ROW = 26;
  private static final int LEFT = 24;
  private static final int RIGHT = 14;
  private static final int BOTTOM = 44;

  private IntervalChart() {}

  static String svg(Summary summary) {
    List<Double> all = new ArrayList<>();
    for (Cell cell : summary.cells()) {
      all.addAll(cell.scores().values());
      cell.iqm().ifPresent(e -> all.addAll(List.of(e.interval().low(), e.interval().high())));
    }
    Axis xs = Axis.around(all.stream().mapToDouble(v -> v).toArray(), LEFT, WIDTH - RIGHT);
    int bottom = 8 + ROW * summary.cells().size();
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Interquartile means\">\n"
            .formatted(WIDTH, bottom + BOTTOM));
    for (double x : xs.ticks()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"grid\" d=\"M%.1f 4V%d\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
              xs.pixel(x),
              bottom,
              xs.pixel(x),
              bottom + 16,
              Text.html(Axis.label(x))));
    }
    for (int i = 0; i < summary.cells().size(); i++) {
      row(svg, summary.cells().get(i), i, xs);
    }
    svg.append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n</svg>\n"
            .formatted(WIDTH / 2, bottom + 36, Text.html(summary.metric())));
    return svg.toString();
  }

  private static void row(StringBuilder svg, Cell cell, int index, Axis xs) {
    double y = 8 + ROW * (index + 0.5);
    svg.append("<g><title>").append(Text.html(cell.label())).append("</title>");
    for (double score : cell.scores().values()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle class=\"run\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>",
              xs.pixel(score),
              y + 7));
    }
    if (cell.iqm().isPresent()) {
      Estimate iqm = cell.iqm().get();
      svg.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%.1f %.1fH%.1f\" fill=\"none\" %s/>",
              xs.pixel(iqm.interval().low()),
              y,
              xs.pixel(iqm.interval().high()),
              Series.stroke(index)));
      svg.append(Series.marker(index, xs.pixel(iqm.value()), y));
    }
    svg.append("</g>\n");
  }
}

package dev.difftop.app.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Several charts on one page, written as SVG: from left to right, then downwards. */
public final class ChartSheet {
  private final List<LineChart> charts;
  private final int columns;

  /**
   * A page.
   *
   * @throws IllegalArgumentException without a chart or a column
   */
  public ChartSheet(List<LineChart> charts, int columns) {
    if (charts.isEmpty() || columns < 1) {
      throw new IllegalArgumentException(
          "a page needs charts and columns; found %d and %d".formatted(charts.size(), columns));
    }
    this.charts = List.copyOf(charts);
    this.columns = Math.min(columns, charts.size());
  }

  /** The page as SVG. */
  public String svg() {
    int rows = (charts.size() + columns - 1) / columns;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\">%n"
            .formatted(columns * LineChart.WIDTH, rows * LineChart.HEIGHT));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    for (int i = 0; i < charts.size(); i++) {
      int left = i % columns * LineChart.WIDTH;
      svg.append(charts.get(i).svg(left, i / columns * LineChart.HEIGHT));
    }
    return svg.append("</svg>\n").toString();
  }

  /** Writes the page beside and renames it. */
  public void write(Path file) throws IOException {
    byte[] bytes = svg().getBytes(StandardCharsets.UTF_8);
    WholeFile.write(file, out -> out.write(bytes));
  }
}

package dev.difftop.app.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A chart of lines over a common horizontal axis, written as SVG. Points that are not finite are
 * left out.
 */
public final class LineChart {
  static final int WIDTH = 720;
  static final int HEIGHT = 400;
  private static final int LEFT = 84;
  private static final int RIGHT = 24;
  private static final int TOP = 62;
  private static final int BOTTOM = 52;
  private static final String[] COLOURS = {
    "#1b6ca8", "#d1495b", "#2e8b57", "#b8860b", "#6a4c93", "#555555"
  };

  private record Line(String name, double[] x, double[] y, boolean dashed) {}

  private final String title;
  private final String xName;
  private final String yName;
  private final boolean logarithmic;
  private final List<Line> lines = new ArrayList<>();

  /**
   * A chart without lines.
   *
   * @param logarithmic whether the vertical axis shows powers of ten; values up to 0 are left out
   */
  public LineChart(String title, String xName, String yName, boolean logarithmic) {
    this.title = title;
    this.xName = xName;
    this.yName = yName;
    this.logarithmic = logarithmic;
  }

  /** Adds a line. */
  public LineChart line(String name, double[] x, double[] y) {
    return add(name, x, y, false);
  }

  /** Adds a horizontal reference over the whole width. */
  public LineChart level(String name, double y) {
    double[] range = xRange();
    return add(name, range, new double[] {y, y}, true);
  }

  private LineChart add(String name, double[] x, double[] y, boolean dashed) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "line %s: found %d and %d numbers".formatted(name, x.length, y.length));
    }
    lines.add(new Line(name, x.clone(), y.clone(), dashed));
    return this;
  }

  private boolean shown(double y) {
    return Double.isFinite(y) && (!logarithmic || y > 0);
  }

  private double scaled(double y) {
    return logarithmic ? Math.log10(y) : y;
  }

  private double[] xRange() {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Line line : lines) {
      for (double x : line.x()) {
        low = Math.min(low, x);
        high = Math.max(high, x);
      }
    }
    return low < high ? new double[] {low, high} : new double[] {0, 1};
  }

  private double[] yRange() {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Line line : lines) {
      for (double y : line.y()) {
        if (shown(y)) {
          low = Math.min(low, scaled(y));
          high = Math.max(high, scaled(y));
        }
      }
    }
    if (!(low <= high)) {
      return new double[] {0, 1};
    }
    double room = Math.max(0.05 * (high - low), 1e-9 + 0.01 * Math.abs(high));
    return new double[] {low - room, high + room};
  }

  /** Writes the chart beside and renames it. */
  public void write(Path file) throws IOException {
    byte[] bytes = svg().getBytes(StandardCharsets.UTF_8);
    WholeFile.write(file, out -> out.write(bytes));
  }

  /** The chart as SVG. */
  public String svg() {
    return svg(0, 0);
  }

  /** The chart as SVG, at a place of a page. */
  String svg(int left, int top) {
    double[] xs = xRange();
    double[] ys = yRange();
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">%n"
            .formatted(left, top, WIDTH, HEIGHT, WIDTH, HEIGHT));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    Svg.text(svg, WIDTH / 2.0, 24, "middle", "font-size=\"16\" font-weight=\"bold\"", title);
    Svg.text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", "", xName);
    String turned = "transform=\"rotate(-90 18 %d)\"".formatted((TOP + HEIGHT - BOTTOM) / 2);
    Svg.text(svg, 18, (TOP + HEIGHT - BOTTOM) / 2.0, "middle", turned, yName);
    grid(svg, xs, ys);
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, lines.get(i), COLOURS[i % COLOURS.length], xs, ys);
    }
    legend(svg);
    return svg.append("</svg>\n").toString();
  }

  private static double place(double value, double[] range, double from, double to) {
    return from + (value - range[0]) / (range[1] - range[0]) * (to - from);
  }

  private void grid(StringBuilder svg, double[] xs, double[] ys) {
    for (double x : ticks(xs[0], xs[1])) {
      double at = place(x, xs, LEFT, WIDTH - RIGHT);
      Svg.text(svg, at, HEIGHT - BOTTOM + 18, "middle", "", label(x));
    }
    for (double y : logarithmic ? powers(ys[0], ys[1]) : ticks(ys[0], ys[1])) {
      double at = place(y, ys, HEIGHT - BOTTOM, TOP);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
              LEFT,
              at,
              WIDTH - RIGHT,
              at));
      Svg.text(svg, LEFT - 8, at + 4, "end", "", label(logarithmic ? Math.pow(10, y) : y));
    }
    svg.append(
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#333333\"/>%n"
            .formatted(LEFT, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT));
  }

  /** About five round numbers inside a range. */
  private static List<Double> ticks(double low, double high) {
    double rough = (high - low) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : 5);
    List<Double> out = new ArrayList<>();
    for (double t = Math.ceil(low / step) * step; t <= high + 1e-9 * step; t += step) {
      out.add(Math.abs(t) < 1e-9 * step ? 0.0 : t);
    }
    return out;
  }

  /** Logarithms of 1, 2 and 5 times powers of ten inside a range of logarithms. */
  private static List<Double> powers(double low, double high) {
    List<Double> out = new ArrayList<>();
    for (int power = (int) Math.floor(low); power <= high; power++) {
      for (double digit : new double[] {1, 2, 5}) {
        double t = power + Math.log10(digit);
        if (t >= low && t <= high && (high - low < 4 || digit == 1)) {
          out.add(t);
        }
      }
    }
    return out;
  }

  private static String label(double value) {
    double size = Math.abs(value);
    return size != 0 && (size < 1e-3 || size >= 1e6)
        ? String.format(Locale.ROOT, "%.1e", value)
        : String.format(Locale.ROOT, "%.4f", value).replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  private void draw(StringBuilder svg, Line line, String colour, double[] xs, double[] ys) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < line.x().length; i++) {
      if (!shown(line.y()[i])) {
        pen = false;
        continue;
      }
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              pen ? "L" : "M",
              place(line.x()[i], xs, LEFT, WIDTH - RIGHT),
              place(scaled(line.y()[i]), ys, HEIGHT - BOTTOM, TOP)));
      pen = true;
    }
    svg.append(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"%s/>%n"
            .formatted(path, colour, line.dashed() ? " stroke-dasharray=\"6 4\"" : ""));
  }

  private void legend(StringBuilder svg) {
    int width = (WIDTH - LEFT - RIGHT) / Math.max(1, lines.size());
    int y = TOP - 16;
    for (int i = 0; i < lines.size(); i++) {
      int x = LEFT + i * width;
      svg.append(
          "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"/>%n"
              .formatted(x, y, x + 24, y, COLOURS[i % COLOURS.length]));
      Svg.text(svg, x + 30, y + 4, "start", "", lines.get(i).name());
    }
  }
}

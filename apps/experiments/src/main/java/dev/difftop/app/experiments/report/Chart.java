package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** A chart as SVG. Colours are those of the page, so that it follows light and dark. */
final class Chart {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 300;

  /** Left of the labels of the vertical axis: its name. */
  private static final int NAME = 30;

  /** Of a letter of a label, at its largest on narrow screens. */
  private static final double LETTER = 8.5;

  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int BOTTOM = 44;

  private final String title;
  private final String xName;
  private final String yName;
  private final List<Series> series = new ArrayList<>();

  Chart(String title, String xName, String yName) {
    this.title = title;
    this.xName = xName;
    this.yName = yName;
  }

  String title() {
    return title;
  }

  boolean isEmpty() {
    return series.isEmpty();
  }

  Chart add(Series one) {
    series.add(one);
    return this;
  }

  /**
   * The chart as a file of its own, with a legend below, for a page that is not the report's.
   *
   * @param style of the report
   */
  String file(String style) {
    int legend = 20 * series.size() + 8;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, HEIGHT + legend, Text.html(title)));
    svg.append("<style>\n").append(style).append("</style>\n");
    svg.append(
        "<rect width=\"%d\" height=\"%d\" fill=\"var(--paper)\"/>\n"
            .formatted(WIDTH, HEIGHT + legend));
    svg.append("<g class=\"chart\">\n").append(content());
    for (int i = 0; i < series.size(); i++) {
      int y = HEIGHT + 20 * i + 10;
      Series one = series.get(i);
      svg.append(
          "<path d=\"M50 %dH82\" fill=\"none\" %s/>%s"
              .formatted(
                  y,
                  one.joined() ? Series.stroke(one.index()) : "",
                  Series.marker(one.index(), 66, y)));
      text(svg, 90, y + 4, "start", one.name());
    }
    return svg.append("</g>\n</svg>\n").toString();
  }

  String svg() {
    return "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n%s</svg>\n"
        .formatted(WIDTH, HEIGHT, Text.html(title), content());
  }

  private String content() {
    Axis ys =
        Axis.around(
            series.stream().flatMapToDouble(Chart::heights).toArray(), HEIGHT - BOTTOM, TOP);
    int letters = ys.ticks().stream().mapToInt(y -> Axis.label(y).length()).max().orElse(1);
    int left = NAME + (int) (LETTER * letters);
    Axis xs =
        Axis.around(
            series.stream().flatMapToDouble(Chart::positions).toArray(), left, WIDTH - RIGHT);
    StringBuilder svg = new StringBuilder();
    frame(svg, xs, ys);
    series.forEach(one -> band(svg, one, xs, ys));
    series.forEach(one -> members(svg, one, xs, ys));
    series.forEach(one -> line(svg, one, xs, ys));
    return svg.toString();
  }

  private static DoubleStream positions(Series one) {
    return DoubleStream.concat(
        DoubleStream.of(one.x()),
        one.members().stream().flatMapToDouble(m -> DoubleStream.of(m[0])));
  }

  private static DoubleStream heights(Series one) {
    DoubleStream band =
        one.band().stream()
            .flatMapToDouble(
                intervals ->
                    DoubleStream.concat(
                        java.util.Arrays.stream(intervals).mapToDouble(Interval::low),
                        java.util.Arrays.stream(intervals).mapToDouble(Interval::high)));
    DoubleStream members = one.members().stream().flatMapToDouble(m -> DoubleStream.of(m[1]));
    return DoubleStream.concat(DoubleStream.of(one.y()), DoubleStream.concat(band, members));
  }

  private void frame(StringBuilder svg, Axis xs, Axis ys) {
    int left = (int) xs.from();
    for (double y : ys.ticks()) {
      double at = ys.pixel(y);
      svg.append(
          String.format(
              Locale.ROOT, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>%n", left, at, WIDTH - RIGHT));
      text(svg, left - 6, at + 4, "end", Axis.label(y));
    }
    for (double x : xs.ticks()) {
      text(svg, xs.pixel(x), HEIGHT - BOTTOM + 16, "middle", Axis.label(x));
    }
    svg.append(
        "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>\n"
            .formatted(left, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT));
    text(svg, (left + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", xName);
    int middle = (TOP + HEIGHT - BOTTOM) / 2;
    svg.append(
        "<text x=\"13\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(-90 13 %d)\">%s</text>\n"
            .formatted(middle, middle, Text.html(yName)));
  }

  private static void band(StringBuilder svg, Series one, Axis xs, Axis ys) {
    if (one.band().isEmpty()) {
      return;
    }
    Interval[] band = one.band().get();
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < band.length; i++) {
      point(path, i == 0 ? "M" : "L", xs.pixel(one.x()[i]), ys.pixel(band[i].high()));
    }
    for (int i = band.length - 1; i >= 0; i--) {
      point(path, "L", xs.pixel(one.x()[i]), ys.pixel(band[i].low()));
    }
    svg.append(
        "<path class=\"band\" d=\"%sZ\" fill=\"var(--c%d)\"/>\n"
            .formatted(path, one.index() % Series.COLOURS));
  }

  private static void members(StringBuilder svg, Series one, Axis xs, Axis ys) {
    for (double[][] member : one.members()) {
      StringBuilder path = new StringBuilder();
      for (int i = 0; i < member[0].length; i++) {
        point(path, i == 0 ? "M" : "L", xs.pixel(member[0][i]), ys.pixel(member[1][i]));
      }
      svg.append(
          "<path class=\"member\" d=\"%s\" fill=\"none\" stroke=\"var(--c%d)\"/>\n"
              .formatted(path, one.index() % Series.COLOURS));
    }
  }

  private static void line(StringBuilder svg, Series one, Axis xs, Axis ys) {
    StringBuilder path = new StringBuilder();
    StringBuilder markers = new StringBuilder();
    // Markers on every point hide a long line.
    int every = one.joined() ? Math.max(1, one.x().length / 8) : 1;
    for (int i = 0; i < one.x().length; i++) {
      double x = xs.pixel(one.x()[i]);
      double y = ys.pixel(one.y()[i]);
      point(path, i == 0 ? "M" : "L", x, y);
      if (i % every == every / 2) {
        markers.append(Series.marker(one.index(), x, y));
      }
    }
    svg.append("<g><title>").append(Text.html(one.name())).append("</title>");
    if (one.joined()) {
      svg.append("<path d=\"%s\" fill=\"none\" %s/>".formatted(path, Series.stroke(one.index())));
    }
    svg.append(markers).append("</g>\n");
  }

  private static void point(StringBuilder path, String command, double x, double y) {
    path.append(String.format(Locale.ROOT, "%s%.1f %.1f", command, x, y));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String content) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            Text.html(content)));
  }
}

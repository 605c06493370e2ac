package dev.difftop.app.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Paths in a plane, grouped by name, over filled areas; written as SVG. Each group has a colour of
 * its own and a line in the legend with its number of paths; the group with the empty name is grey.
 */
public final class RouteChart {
  private static final int SIZE = 560;
  private static final int MARGIN = 20;
  private static final int TOP = 44;
  private static final int LEGEND = 150;
  private static final int LINE = 17;
  private static final String UNGROUPED = "#999999";

  private record Area(double[][] outline, String colour) {}

  private final String title;
  private final String ungrouped;
  private final List<Area> areas = new ArrayList<>();
  private final Map<String, List<double[][]>> paths = new LinkedHashMap<>();

  /**
   * A chart without paths.
   *
   * @param groups all names of groups, in the order of the legend; those without a path are left
   *     out of it
   * @param ungrouped what the legend calls paths of the group with the empty name
   */
  public RouteChart(String title, List<String> groups, String ungrouped) {
    this.title = title;
    this.ungrouped = ungrouped;
    groups.forEach(group -> paths.put(group, new ArrayList<>()));
    paths.put("", new ArrayList<>());
  }

  /**
   * Adds a filled polygon below the paths.
   *
   * @param outline corners (x, y)
   * @param colour in the notation of SVG
   */
  public RouteChart area(double[][] outline, String colour) {
    areas.add(new Area(outline, colour));
    return this;
  }

  /**
   * Adds a path.
   *
   * @param points (x, y), at least one
   * @throws IllegalArgumentException on a group that was not named, or a path without a point
   */
  public RouteChart path(String group, double[][] points) {
    if (!paths.containsKey(group) || points.length == 0) {
      throw new IllegalArgumentException(
          "path of group \"%s\" with %d points: expected one of %s and at least one point"
              .formatted(group, points.length, paths.keySet()));
    }
    paths.get(group).add(points);
    return this;
  }

  /** Writes the chart beside and renames it. */
  public void write(Path file) throws IOException {
    byte[] bytes = svg().getBytes(StandardCharsets.UTF_8);
    WholeFile.write(file, out -> out.write(bytes));
  }

  /** The chart as SVG. */
  public String svg() {
    Frame frame = frame();
    long lines = paths.values().stream().filter(p -> !p.isEmpty()).count();
    int height = (int) Math.max(frame.bottom() + MARGIN, TOP + LINE * (lines + 1) + MARGIN);
    int width = frame.right() + LEGEND;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
            .formatted(width, height, width, height));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    Svg.text(svg, width / 2.0, 26, "middle", "font-size=\"16\" font-weight=\"bold\"", title);
    for (Area area : areas) {
      svg.append(
          "<path d=\"%sZ\" fill=\"%s\"/>\n".formatted(frame.line(area.outline()), area.colour()));
    }
    int group = 0;
    int row = 0;
    for (Map.Entry<String, List<double[][]>> entry : paths.entrySet()) {
      String colour = entry.getKey().isEmpty() ? UNGROUPED : colour(group++);
      for (double[][] points : entry.getValue()) {
        svg.append(
            "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-opacity=\"0.7\"/>\n"
                .formatted(frame.line(points), colour));
      }
      if (!entry.getValue().isEmpty()) {
        legend(svg, frame.right() + MARGIN, TOP + LINE * ++row, colour, entry);
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend(
      StringBuilder svg, int x, int y, String colour, Map.Entry<String, List<double[][]>> group) {
    String name = group.getKey().isEmpty() ? ungrouped : group.getKey();
    svg.append(
        "<path d=\"M%d %dh24\" stroke=\"%s\" stroke-width=\"2\"/>\n".formatted(x, y - 4, colour));
    Svg.text(svg, x + 30, y, "start", "", name + " × " + group.getValue().size());
  }

  /** Colours of even brightness; neighbours in the list are far apart on the wheel. */
  private String colour(int group) {
    int count = Math.max(1, paths.size() - 1);
    double turns = group * 0.381966 % 1;
    double saturation = count > 8 && group % 2 == 1 ? 45 : 75;
    return String.format(Locale.ROOT, "hsl(%.0f,%.0f%%,42%%)", 360 * turns, saturation);
  }

  /** Maps the plane to the page, with equal scales, y upwards. */
  private record Frame(double lowX, double highY, double scale, int right, int bottom) {
    String line(double[][] points) {
      StringBuilder path = new StringBuilder();
      for (double[] point : points) {
        path.append(path.length() == 0 ? 'M' : 'L')
            .append(
                String.format(
                    Locale.ROOT,
                    "%.1f %.1f",
                    MARGIN + scale * (point[0] - lowX),
                    TOP + scale * (highY - point[1])));
      }
      return path.toString();
    }
  }

  private Frame frame() {
    double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    List<double[][]> all = new ArrayList<>();
    areas.forEach(area -> all.add(area.outline()));
    paths.values().forEach(all::addAll);
    for (double[][] points : all) {
      for (double[] point : points) {
        for (int axis = 0; axis < 2; axis++) {
          low[axis] = Math.min(low[axis], point[axis]);
          high[axis] = Math.max(high[axis], point[axis]);
        }
      }
    }
    if (all.isEmpty()) {
      return new Frame(0, 1, SIZE, MARGIN + SIZE, TOP + SIZE);
    }
    double span = Math.max(1e-9, Math.max(high[0] - low[0], high[1] - low[1]));
    double scale = SIZE / span;
    return new Frame(
        low[0],
        high[1],
        scale,
        MARGIN + (int) Math.ceil(scale * (high[0] - low[0])),
        TOP + (int) Math.ceil(scale * (high[1] - low[1])));
  }
}

package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.Interval;
import java.util.List;
import java.util.Optional;

/**
 * A line of a chart. Its look follows from its index: colour, dashes and marker together, so that
 * lines differ without colour, too.
 *
 * @param index of the cell
 * @param name for people
 * @param x positions
 * @param y values
 * @param band around the line, one interval a position; empty for none
 * @param joined whether points are joined by lines
 * @param members thin lines behind it, one of each run: its positions and its values
 */
record Series(
    int index,
    String name,
    double[] x,
    double[] y,
    Optional<Interval[]> band,
    boolean joined,
    List<double[][]> members) {
  /** Colours of the style sheet, {@code --c0} and on. */
  static final int COLOURS = 8;

  private static final String[] DASHES = {"", "7 3", "2 3", "9 3 2 3", "5 2 1 2 1 2"};
  private static final String[] MARKERS = {
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0",
    "M-3.2 -3.2h6.4v6.4h-6.4z",
    "M0 -4.2L4 3H-4z",
    "M0 -4.5L4.5 0L0 4.5L-4.5 0z",
    "M-4 -4L4 4M4 -4L-4 4",
    "M-4.5 0H4.5M0 -4.5V4.5",
    "M0 4.2L4 -3H-4z"
  };

  /** Without lines behind it. */
  Series(
      int index, String name, double[] x, double[] y, Optional<Interval[]> band, boolean joined) {
    this(index, name, x, y, band, joined, List.of());
  }

  static String stroke(int index) {
    String dash = DASHES[index % DASHES.length];
    return "stroke=\"var(--c%d)\" stroke-width=\"2\"%s"
        .formatted(index % COLOURS, dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"");
  }

  static String marker(int index, double x, double y) {
    return "<path transform=\"translate(%.1f %.1f)\" d=\"%s\" fill=\"var(--c%d)\" stroke=\"var(--c%d)\" stroke-width=\"1.5\"/>"
        .formatted(x, y, MARKERS[index % MARKERS.length], index % COLOURS, index % COLOURS);
  }

  /** The marker alone beside a name. */
  static String mark(int index) {
    return "<svg class=\"swatch\" viewBox=\"0 0 34 12\" width=\"34\" height=\"12\" aria-hidden=\"true\">%s</svg>"
        .formatted(marker(index, 17, 6));
  }

  /** The look beside a name. */
  static String swatch(int index) {
    return "<svg class=\"swatch\" viewBox=\"0 0 34 12\" width=\"34\" height=\"12\" aria-hidden=\"true\"><path d=\"M1 6H33\" fill=\"none\" %s/>%s</svg>"
        .formatted(stroke(index), marker(index, 17, 6));
  }
}

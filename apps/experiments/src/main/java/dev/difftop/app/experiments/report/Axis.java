package dev.difftop.app.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A linear axis: from data to pixels.
 *
 * @param low data at the first pixel
 * @param high data at the last pixel, above {@code low}
 * @param from first pixel
 * @param to last pixel
 */
record Axis(double low, double high, double from, double to) {
  /** Around all finite values, with some room. */
  static Axis around(double[] values, double from, double to) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Double.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (!(low <= high)) {
      return new Axis(0, 1, from, to);
    }
    double room = Math.max(0.04 * (high - low), 1e-9 + 1e-3 * Math.abs(high));
    return new Axis(low - room, high + room, from, to);
  }

  double pixel(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** About five round numbers. */
  List<Double> ticks() {
    double rough = (high - low) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : 5);
    List<Double> out = new ArrayList<>();
    for (double t = Math.ceil(low / step) * step; t <= high + 1e-9 * step; t += step) {
      out.add(Math.abs(t) < 1e-9 * step ? 0.0 : t);
    }
    return out;
  }

  static String label(double value) {
    double size = Math.abs(value);
    if (size >= 1e4 && size < 1e7 && value % 1000 == 0) {
      return String.format(Locale.ROOT, "%.0fk", value / 1000);
    }
    return Text.figure(value);
  }
}

package dev.difftop.app.reference.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bounds of the actions of a batch of problems.
 *
 * @param low lower bounds, shape (B, H, nu) row-major; -∞ for none
 * @param high upper bounds, likewise; +∞ for none
 */
public record InstanceBounds(double[] low, double[] high) {
  /**
   * Reads {@code action_low} and {@code action_high}.
   *
   * @param low a number or nested lists; -∞ for none
   * @param high likewise; +∞ for none
   * @param instances B
   * @param horizon H
   * @param nu size of an action
   * @param faults receives what is wrong
   */
  public static InstanceBounds read(
      Object low, Object high, int instances, int horizon, int nu, Faults faults) {
    BoundReader reader = new BoundReader(horizon, nu, instances > 1 ? instances : 0, faults);
    double[] lows = read(low, "action_low", Double.NEGATIVE_INFINITY, instances, reader);
    double[] highs = read(high, "action_high", Double.POSITIVE_INFINITY, instances, reader);
    for (int i = 0; i < lows.length; i++) {
      if (lows[i] > highs[i]) {
        faults.add(
            "OUT_OF_RANGE",
            "action_low",
            "problem %d, stage %d, component %d: found %s, above action_high %s"
                .formatted(
                    i / nu / horizon,
                    i / nu % horizon,
                    i % nu,
                    Format.shown(lows[i]),
                    Format.shown(highs[i])));
        break;
      }
    }
    return new InstanceBounds(lows, highs);
  }

  private static double[] read(
      Object given, String path, double none, int instances, BoundReader reader) {
    Object raw = withGaps(given, none);
    int size = reader.horizon() * reader.nu();
    double[] out = new double[instances * size];
    for (int b = 0; b < instances && reader.faults().isEmpty(); b++) {
      Optional<Bound> bound = reader.read(raw, path, b);
      for (int i = 0; i < size; i++) {
        int at = i;
        out[b * size + i] = bound.map(one -> one.orElse(at, none)).orElse(none);
      }
    }
    return out;
  }

  /** Says {@code null} where there is no bound, as JSON does. */
  private static Object withGaps(Object given, double none) {
    if (given instanceof List<?> list) {
      List<Object> out = new ArrayList<>();
      list.forEach(one -> out.add(withGaps(one, none)));
      return out;
    }
    return given.equals(none) ? null : given;
  }
}

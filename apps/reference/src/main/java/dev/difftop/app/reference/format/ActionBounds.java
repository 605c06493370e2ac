package dev.difftop.app.reference.format;

import java.util.Arrays;
import java.util.Optional;

/**
 * Both bounds of the actions of one instance.
 *
 * @param low shape (H, nu) row-major; -∞ for none
 * @param high likewise; +∞ for none
 * @param umin as the file gives it; empty where it does not
 * @param umax likewise
 */
public record ActionBounds(
    double[] low, double[] high, Optional<Bound> umin, Optional<Bound> umax) {
  private static final String UMIN = "umin";
  private static final String UMAX = "umax";

  /**
   * Reads {@code umin} and {@code umax} of an instance: its own, else those of the file. Without
   * {@code umin} the box is symmetric, {@code |u| <= umax}; {@code "umin": null} means no lower
   * bound.
   *
   * @param file what the file says of all instances
   * @param own what the instance says itself; the file again where there is only one
   * @param instance number of the instance
   * @param instances number of instances
   * @param horizon H
   * @param nu size of an action
   * @param faults receives whatever is wrong
   */
  public static ActionBounds read(
      Values file, Values own, int instance, int instances, int horizon, int nu, Faults faults) {
    Source low = source(UMIN, file, own);
    Source high = source(UMAX, file, own);
    BoundReader forAll = new BoundReader(horizon, nu, file == own ? 0 : instances, faults);
    BoundReader forOne = new BoundReader(horizon, nu, 0, faults);
    Optional<Bound> umin =
        (low.values() == own ? forOne : forAll).read(low.raw(), low.path(), instance);
    Optional<Bound> umax =
        (high.values() == own ? forOne : forAll).read(high.raw(), high.path(), instance);
    boolean symmetric = !low.values().mentions(UMIN);
    double[] lows = new double[horizon * nu];
    double[] highs = new double[horizon * nu];
    for (int i = 0; i < lows.length; i++) {
      int at = i;
      highs[i] = umax.map(b -> b.orElse(at, Double.POSITIVE_INFINITY)).orElse(1 / 0.0);
      lows[i] = symmetric ? -highs[i] : umin.map(b -> b.orElse(at, -1 / 0.0)).orElse(-1 / 0.0);
    }
    ActionBounds bounds = new ActionBounds(lows, highs, umin, umax);
    bounds.checkOrder(symmetric, (symmetric ? high : low).path(), nu, faults);
    return bounds;
  }

  /** Whether any component has a bound. */
  public boolean isBounded() {
    return Arrays.stream(low).anyMatch(Double::isFinite)
        || Arrays.stream(high).anyMatch(Double::isFinite);
  }

  /** Where a bound is given: in the instance, else in the file. */
  private record Source(Values values, String name) {
    Object raw() {
      return values.raw(name);
    }

    String path() {
      return values.path(name);
    }
  }

  private static Source source(String name, Values file, Values own) {
    return new Source(own.mentions(name) ? own : file, name);
  }

  private void checkOrder(boolean symmetric, String path, int nu, Faults faults) {
    for (int i = 0; i < low.length; i++) {
      if (low[i] > high[i]) {
        faults.add(
            "OUT_OF_RANGE",
            path,
            symmetric
                ? "found %s, expected at least 0, since |u| <= umax without umin"
                    .formatted(Format.shown(high[i]))
                : "stage %d, component %d: umin %s is above umax %s"
                    .formatted(i / nu, i % nu, Format.shown(low[i]), Format.shown(high[i])));
        return;
      }
    }
  }
}

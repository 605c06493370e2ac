package dev.difftop.optimization;

import dev.difftop.api.array.DType;

/** Differences of costs that cannot be computed. */
public final class Rounding {
  private Rounding() {}

  /**
   * Differences of a cost below this drown in rounding; there the gradient must decide on a step.
   *
   * @param cost J
   * @param dtype number format in which it was computed
   */
  public static double of(double cost, DType dtype) {
    return (dtype == DType.FLOAT32 ? 1e-6 : 1e-13) * (1 + Math.abs(cost));
  }

  /**
   * Whether a step is one that the cost cannot decide on: the model expects less than rounding, and
   * the cost changed by no more. Such a step is taken on trial; it stays if the gradient falls.
   *
   * @param expected decrease of J by the model
   * @param decrease of J that was found
   */
  public static boolean hides(double expected, double decrease, double cost, DType dtype) {
    double rounding = of(cost, dtype);
    return expected <= rounding && Math.abs(decrease) <= 10 * rounding;
  }
}

package dev.difftop.optimization;

import dev.difftop.api.array.DType;

/** How finely a cost can be told apart from another. */
public final class Rounding {
  private Rounding() {}

  /**
   * Differences of a cost below this drown in rounding; there the gradient must judge a step.
   *
   * @param cost J
   * @param dtype number format in which it was computed
   */
  public static double of(double cost, DType dtype) {
    return (dtype == DType.FLOAT32 ? 1e-6 : 1e-13) * (1 + Math.abs(cost));
  }
}

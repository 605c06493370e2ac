package dev.difftop.optimization.adjoint;

import dev.difftop.api.Array;
import java.util.Map;

/**
 * The derivative of a loss in everything a problem is made of.
 *
 * @param parameters by full name, shaped like the parameter, summed over the batch
 * @param context by name, each (B, ...)
 * @param initialState dL/dx_0, shape (B, nx)
 * @param low dL/dlow of every component, shape (B, H, nu); 0 where the bound does not hold the
 *     action
 * @param high dL/dhigh, likewise
 * @param samples per-sample diagnostics
 */
public record Gradients(
    Map<String, Array> parameters,
    Map<String, Array> context,
    Array initialState,
    Array low,
    Array high,
    Sample[] samples) {
  /** How the differentiation of one sample went. */
  public enum Outcome {
    /** The curvature on the free set is positive definite: the gradient is that of a minimum. */
    REGULAR,
    /** The curvature on the free set is not positive definite; the policy says what was done. */
    INDEFINITE,
    /** The solve had not converged; the policy says what was done. */
    NOT_CONVERGED,
    /** Not finite; the sample contributes zero. */
    NOT_FINITE
  }

  /**
   * Diagnostics of one sample.
   *
   * @param outcome how it went
   * @param masked whether its contribution was left out
   * @param stationarity largest |dJ/du| on the free set
   * @param smallestPivot smallest pivot of the factorised free Hessian: a bound on its smallest
   *     eigenvalue from above; NaN where it was not factorised
   * @param saturated share of the action components held by a bound, 0 to 1
   */
  public record Sample(
      Outcome outcome,
      boolean masked,
      double stationarity,
      double smallestPivot,
      double saturated) {}

  /** Mean share of components held by a bound. */
  public double saturatedShare() {
    double sum = 0;
    for (Sample s : samples) {
      sum += s.saturated();
    }
    return sum / samples.length;
  }

  /** Share of samples that were left out. */
  public double maskedShare() {
    double sum = 0;
    for (Sample s : samples) {
      sum += s.masked() ? 1 : 0;
    }
    return sum / samples.length;
  }
}

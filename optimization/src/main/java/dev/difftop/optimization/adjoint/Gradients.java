package dev.difftop.optimization.adjoint;

import dev.difftop.api.array.Array;
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
    /**
     * The curvature vanishes in a direction that the loss depends on, so that there is no gradient;
     * the sample contributes zero. {@link BadSamples#TRUNCATED} damps the direction instead.
     */
    SINGULAR,
    /** The loss, or what is computed from it, is not finite; the sample contributes zero. */
    NOT_FINITE
  }

  /**
   * Diagnostics of one sample.
   *
   * @param outcome how it went
   * @param masked whether its contribution was left out
   * @param stationarity largest |dJ/du| on the free set
   * @param curvature estimate of the smallest eigenvalue of the Hessian on the free set: by inverse
   *     iteration, from above; by conjugate gradients the smallest curvature met; by Riccati the
   *     smallest pivot. +∞ where nothing is free, NaN where it was not needed
   * @param saturated share of the action components held by a bound, 0 to 1
   * @param weights of the pieces of the cost, with sum 1; one of them is 1 unless the optimum lies
   *     on a kink, where several pieces tie
   * @param multipliers of the limits beside the box, in the order of {@link
   *     dev.difftop.optimization.Objective#limits}; 0 for those that are not active
   */
  public record Sample(
      Outcome outcome,
      boolean masked,
      double stationarity,
      double curvature,
      double saturated,
      double[] weights,
      double[] multipliers) {
    /** Whether the solution lies on a kink. */
    public boolean isTied() {
      int weighted = 0;
      for (double weight : weights) {
        weighted += weight > 0 ? 1 : 0;
      }
      return weighted > 1;
    }
  }

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

  /** Share of samples whose solution lies on a kink. */
  public double tiedShare() {
    double sum = 0;
    for (Sample s : samples) {
      sum += s.isTied() ? 1 : 0;
    }
    return sum / samples.length;
  }
}

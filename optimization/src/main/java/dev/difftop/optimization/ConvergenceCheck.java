package dev.difftop.optimization;

import dev.difftop.api.Status;
import java.util.Optional;

/**
 * When a sample has converged: once every free |dJ/du| is at most {@code max(tolerance, relative
 * tolerance × |J|)}. It reads the gradient, never the length of a step: damping makes steps short
 * far from any minimum.
 *
 * @param tolerance in units of the cost per unit of action
 * @param relativeTolerance share of |J|, for costs whose scale changes, such as learned values; 0
 *     for none
 */
public record ConvergenceCheck(double tolerance, double relativeTolerance) {
  private static final Optional<Status> CONVERGED = Optional.of(Status.CONVERGED);
  private static final Optional<Status> NOT_FINITE = Optional.of(Status.NOT_FINITE);

  /** Without a relative tolerance. */
  public ConvergenceCheck(double tolerance) {
    this(tolerance, 0);
  }

  /** Largest free |dJ/du| of a converged sample, given its cost. */
  public double allowed(double cost) {
    return relativeTolerance == 0
        ? tolerance
        : Math.max(tolerance, relativeTolerance * Math.abs(cost));
  }

  /** Whether a sample is stationary. */
  public boolean isStationary(double stationarity, double cost) {
    return stationarity <= allowed(cost);
  }

  /**
   * How a sample ends at its iterate; empty while it continues.
   *
   * @param cost J
   * @param stationarity largest free |dJ/du|, NaN if one is not finite
   */
  public Optional<Status> check(double cost, double stationarity) {
    if (!Double.isFinite(cost) || Double.isNaN(stationarity)) {
      return NOT_FINITE;
    }
    return isStationary(stationarity, cost) ? CONVERGED : Optional.empty();
  }
}

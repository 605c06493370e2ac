package dev.difftop.api;

/** How the solve of one sample ended. */
public enum Status {
  /** Stationary to the tolerance, within the box. */
  CONVERGED,
  /** The iteration limit; the best iterate is returned. */
  ITERATION_LIMIT,
  /** The deadline; the best iterate is returned. */
  DEADLINE,
  /** No step lowers the cost any more, though it is not stationary to the tolerance. */
  STALLED,
  /** Damping or regularisation reached its limit. */
  REGULARIZATION_LIMIT,
  /**
   * A limit beside the box is broken where the solve ended: no trajectory keeps them all, as far as
   * the solver could find, or the penalty of {@link ConstrainedCost} is too small.
   */
  INFEASIBLE,
  /** A cost or derivative at the start, or everywhere around it, is not finite. */
  NOT_FINITE;

  /** Whether the returned trajectory is a stationary one that keeps all limits. */
  public boolean isConverged() {
    return this == CONVERGED;
  }
}

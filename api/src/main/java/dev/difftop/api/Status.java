package dev.difftop.api;

/** How the solve of one sample ended. */
public enum Status {
  /** Stationary to the tolerance, within the box. */
  CONVERGED("a stationary point; another start may lead to a lower one"),
  /** The iteration limit; the best iterate is returned. */
  ITERATION_LIMIT("allow more iterations, or start from a better guess"),
  /** The deadline; the best iterate is returned. */
  DEADLINE("allow more time, or start from a better guess, such as the previous plan"),
  /** No step lowers the cost any more, though it is not stationary to the tolerance. */
  STALLED(
      "rounding hides any further decrease: ask for a larger tolerance, compute in float64, or"
          + " scale the cost"),
  /** Damping or regularisation reached its limit. */
  REGULARIZATION_LIMIT(
      "no model of the cost led downhill: start from another guess or with multiple shooting, or"
          + " see whether the cost has a lower bound"),
  /**
   * A constraint beside the box is violated where the solve ended: no trajectory satisfies them
   * all, as far as the solver could find, or the penalty of {@link ConstrainedCost} is too small.
   */
  INFEASIBLE(
      "relax the constraint that is violated most, raise the penalty, or start from a feasible"
          + " guess"),
  /** A cost or derivative at the start, or everywhere around it, is not finite. */
  NOT_FINITE(
      "the cost of the guess, or its derivative, is no number: check initial state, parameters and"
          + " guess");

  private final String advice;

  Status(String advice) {
    this.advice = advice;
  }

  /** Whether the returned trajectory is a stationary one that satisfies all constraints. */
  public boolean isConverged() {
    return this == CONVERGED;
  }

  /** What to do about it, in one line. */
  public String advice() {
    return advice;
  }
}

package dev.difftop.optimization.adjoint;

/** What happens to samples whose gradient is not that of a regular minimum. */
public enum BadSamples {
  /** Their gradient is used as computed. */
  KEEP,
  /** They contribute zero; the share is reported. */
  MASK,
  /**
   * Their gradient goes back through one damped step (Levenberg-Marquardt) at the point instead of
   * the whole solve: H + λI in place of H, λ large enough for a descent direction. Bounded and
   * biased.
   */
  TRUNCATED,
  /** The pull-back throws, naming the samples. */
  FAIL
}

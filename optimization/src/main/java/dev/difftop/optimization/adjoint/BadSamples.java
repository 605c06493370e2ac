package dev.difftop.optimization.adjoint;

/** What happens to samples whose gradient is not that of a regular minimum. */
public enum BadSamples {
  /** Their gradient is used as computed. */
  KEEP,
  /** They contribute zero; the share is reported. */
  MASK,
  /** The pull-back throws, naming the samples. */
  FAIL
}

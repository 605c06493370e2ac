package dev.difftop.optimization;

/** Which second derivatives a method uses. */
public enum Curvature {
  /** The exact Hessian, curvature of the dynamics included. */
  EXACT,
  /** {@code JᵀJ} of the residuals; for a cost without residuals the generalised form. */
  GAUSS_NEWTON,
  /** Exact curvature of the costs, dynamics linearised. */
  GENERALIZED_GAUSS_NEWTON
}

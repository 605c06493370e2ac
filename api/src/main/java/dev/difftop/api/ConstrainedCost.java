package dev.difftop.api;

import dev.difftop.api.program.Tensor;

/**
 * A cost with limits on states and actions beside the box: inequalities {@code g(x, u) <= 0} and
 * equalities {@code h(x, u) = 0}, at every stage and at the end.
 *
 * <p>A solver meets them in one of two ways. The solver {@code augmented-lagrangian} estimates a
 * multiplier for every limit around any other solver, and needs nothing from here. Solvers that see
 * the pieces of J ({@code lbfgs}, and those that hand kinks to it) minimise the exact penalty
 * {@code J + ρ max(0, g, |h|)} over all limits of the trajectory, whose minimiser is that of the
 * limited problem once ρ is above the sum of the multipliers; a ρ that is too small shows as {@link
 * Status#INFEASIBLE}. Nocedal and Wright, "Numerical Optimization", sections 17.2 and 17.3.
 *
 * <p>However it was found, an adjoint differentiates a solution with the active limits as
 * equalities (the KKT system).
 */
public interface ConstrainedCost extends Cost {
  /** ρ of the exact penalty, above 0, in units of the cost per unit of violation. */
  double penalty();

  /** Of a stage, shape (B, m), each at most 0 where the limit is kept; null for none. */
  @Nullable
  default Tensor inequalities(Stage at) {
    return null;
  }

  /** Of a stage, shape (B, m), each 0 where the limit is kept; null for none. */
  @Nullable
  default Tensor equalities(Stage at) {
    return null;
  }

  /** Of the last state, as {@link #inequalities}. */
  @Nullable
  default Tensor terminalInequalities(Point at) {
    return null;
  }

  /** Of the last state, as {@link #equalities}. */
  @Nullable
  default Tensor terminalEqualities(Point at) {
    return null;
  }
}

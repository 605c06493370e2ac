package dev.difftop.api;

import dev.difftop.api.program.Tensor;

/**
 * A cost with limits on states and actions beside the box: inequalities {@code g(x, u) <= 0} and
 * equalities {@code h(x, u) = 0}, at every stage and at the end.
 *
 * <p>They enter the problem as an exact penalty, {@code J + ρ max(0, g, |h|)} over all limits of
 * the trajectory. Its minimiser is that of the limited problem once ρ is above the sum of the
 * multipliers. As pieces of a maximum they stay visible: a solver that sees pieces meets active
 * limits exactly, not to within a penalty, and an adjoint differentiates with them as active
 * constraints (the KKT system). A ρ that is too small shows as a violation. Nocedal and Wright,
 * "Numerical Optimization", section 17.2.
 *
 * <p>An equality ties three pieces of which two suffice. Where an adjoint cannot choose between
 * them it reports that sample as not finite, and leaves it out; inequalities have no such case.
 */
public interface ConstrainedCost extends Cost {
  /** ρ, above 0, in units of the cost per unit of violation. */
  double penalty();

  /** Of a stage, shape (B, m), each at most 0 where the limit is kept; null for none. */
  default Tensor inequalities(Stage at) {
    return null;
  }

  /** Of a stage, shape (B, m), each 0 where the limit is kept; null for none. */
  default Tensor equalities(Stage at) {
    return null;
  }

  /** Of the last state, as {@link #inequalities}. */
  default Tensor terminalInequalities(Point at) {
    return null;
  }

  /** Of the last state, as {@link #equalities}. */
  default Tensor terminalEqualities(Point at) {
    return null;
  }
}

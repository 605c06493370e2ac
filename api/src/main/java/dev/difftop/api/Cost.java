package dev.difftop.api;

import dev.difftop.api.program.Tensor;

/** What a trajectory costs: {@code J = Σ_{t<H} γ^t l(x_t, u_t) + γ^H V(x_H)}, to be minimised. */
public interface Cost extends Part {
  /** Cost of one stage, shape (B); the discount is applied by the problem. */
  Tensor stage(Stage at);

  /** Cost of the last state. */
  Terminal terminal(Point at);

  /**
   * Whether both have second derivatives; false for features of a black box. Those of a {@link
   * ResidualCost} still have Gauss-Newton curvature.
   */
  default boolean supportsSecondDerivatives() {
    return true;
  }
}

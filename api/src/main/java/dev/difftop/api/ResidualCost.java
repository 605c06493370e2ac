package dev.difftop.api;

import dev.difftop.api.program.Tensor;

/**
 * A cost that is half a sum of squares, {@code l = 1/2 |r(x, u)|²}: solvers may use the residuals'
 * Jacobian in place of second derivatives (Gauss-Newton).
 */
public interface ResidualCost extends Cost {
  /** Residuals of one stage, shape (B, nr). */
  Tensor stageResidual(Stage at);

  /** Residuals of the last state, shape (B, nr); null for none. */
  @Nullable
  default Tensor terminalResidual(Point at) {
    return null;
  }

  @Override
  default Tensor stage(Stage at) {
    return stageResidual(at).square().sum(-1).times(0.5);
  }

  @Override
  default Terminal terminal(Point at) {
    Tensor r = terminalResidual(at);
    return r == null ? Terminal.none() : Terminal.of(r.square().sum(-1).times(0.5));
  }
}

package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.Iterate;

/** The quadratic model of J around an iterate. */
final class QuadraticModels {
  private QuadraticModels() {}

  /**
   * Loads the model {@code g'd + 1/2 d'Hd} and the box of d.
   *
   * @param h receives the symmetric part of H, (n, n)
   * @param g receives the gradient
   * @param low receives the lower bound minus the action
   * @param high receives the upper bound minus the action
   * @return largest |diagonal entry| of H
   */
  static double load(Iterate at, double[] h, double[] g, double[] low, double[] high) {
    int n = at.size();
    double scale = 0;
    for (int i = 0; i < n; i++) {
      g[i] = at.gradient(i);
      low[i] = at.low(i) - at.action(i);
      high[i] = at.high(i) - at.action(i);
      scale = Math.max(scale, Math.abs(at.hessian(i, i)));
      for (int j = 0; j < n; j++) {
        h[i * n + j] = 0.5 * (at.hessian(i, j) + at.hessian(j, i));
      }
    }
    return scale;
  }
}

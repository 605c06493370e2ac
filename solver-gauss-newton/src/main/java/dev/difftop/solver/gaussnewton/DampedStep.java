package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Boxes;

/**
 * Levenberg and Marquardt: minimises the model with {@code H + λ I} over the box by projected
 * Newton steps on the free set, λ relative to the largest diagonal entry. Nocedal and Wright,
 * "Numerical Optimization", chapters 10 and 16.
 */
final class DampedStep extends Damping {
  private final int n;
  private final BoxQp qp;
  private final double[] h;
  private final double[] g;
  private final double[] low;
  private final double[] high;

  DampedStep(int n) {
    this.n = n;
    this.qp = new BoxQp(n);
    this.h = new double[n * n];
    this.g = new double[n];
    this.low = new double[n];
    this.high = new double[n];
  }

  @Override
  public boolean propose(Iterates at, int b) {
    int from = b * n;
    double scale = 0;
    for (int i = 0; i < n; i++) {
      g[i] = at.gradient[from + i];
      low[i] = at.low[from + i] - at.actions[from + i];
      high[i] = at.high[from + i] - at.actions[from + i];
      scale = Math.max(scale, Math.abs(at.hessian[(from + i) * n + i]));
      for (int j = 0; j < n; j++) {
        h[i * n + j] = 0.5 * (at.hessian[(from + i) * n + j] + at.hessian[(from + j) * n + i]);
      }
    }
    double lambda = at.damping[b] * (scale > 0 ? scale : 1);
    for (int i = 0; i < n; i++) {
      h[i * n + i] += lambda;
    }
    if (!qp.solve(h, g, low, high)) {
      return false;
    }
    at.recorder.propose(b, qp, lambda);
    double model = 0;
    for (int i = 0; i < n; i++) {
      double d = qp.solution()[i];
      double bent = 0;
      for (int j = 0; j < n; j++) {
        bent += h[i * n + j] * qp.solution()[j];
      }
      model += d * (g[i] + 0.5 * (bent - lambda * d));
      int k = from + i;
      at.candidate[k] = Boxes.clamp(at.actions[k] + d, at.low[k], at.high[k]);
    }
    at.foretold[b] = -model;
    return Double.isFinite(model);
  }
}

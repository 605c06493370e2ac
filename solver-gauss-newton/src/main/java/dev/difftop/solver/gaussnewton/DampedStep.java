package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Iterate;

/**
 * Levenberg and Marquardt: minimises the model with {@code H + λ I} over the box by projected
 * Newton steps on the free set, λ relative to the largest diagonal entry. Nocedal and Wright,
 * "Numerical Optimization", chapters 10 and 16.
 */
final class DampedStep extends DampedRule {
  private final int n;
  private final BoxQp qp;
  private final double[] h;
  private final double[] g;
  private final double[] low;
  private final double[] high;
  private double lambda;

  DampedStep(int n, GaussNewtonConfig config) {
    super(config);
    this.n = n;
    this.qp = new BoxQp(n);
    this.h = new double[n * n];
    this.g = new double[n];
    this.low = new double[n];
    this.high = new double[n];
  }

  @Override
  public boolean propose(Iterate at) {
    double scale = QuadraticModels.load(at, h, g, low, high);
    lambda = damping * (scale > 0 ? scale : 1);
    for (int i = 0; i < n; i++) {
      h[i * n + i] += lambda;
    }
    if (!qp.solve(h, g, low, high)) {
      return false;
    }
    double model = 0;
    for (int i = 0; i < n; i++) {
      double d = qp.solution()[i];
      double product = 0;
      for (int j = 0; j < n; j++) {
        product += h[i * n + j] * qp.solution()[j];
      }
      model += d * (g[i] + 0.5 * (product - lambda * d));
    }
    at.propose(qp.solution());
    at.expect(-model);
    return Double.isFinite(model);
  }

  /** λ of the last step, in units of H. */
  double lambda() {
    return lambda;
  }

  /** Marks the components that the last step held on a bound. */
  void markHeld(boolean[] held, int from) {
    java.util.Arrays.fill(held, from, from + n, true);
    for (int i = 0; i < qp.freeCount(); i++) {
      held[from + qp.free(i)] = false;
    }
  }
}

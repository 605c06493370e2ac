package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.Boxes;

/**
 * The damped step of one scalar residual r with gradient J, {@code d = -r J' / (λ + |J|²)}, on the
 * free components: the solution of {@code (J'J + λ I) d = -J' r} without a factorisation, so that
 * nothing can fail to be positive definite.
 *
 * <p>Of a problem that has one residual, {@code r J'} is the gradient of the cost and {@code |J|²}
 * the trace of J'J. Of any cost, {@code r = offset + cost} may be taken as the residual.
 */
final class RankOneStep extends Damping {
  private final int n;
  private final boolean scalar;

  /**
   * A rule.
   *
   * @param scalar whether {@code offset + cost} is the residual
   */
  RankOneStep(int n, boolean scalar) {
    this.n = n;
    this.scalar = scalar;
  }

  @Override
  public boolean propose(Iterates at, int b) {
    double square = 0;
    double largest = 0;
    for (int i = 0; i < n; i++) {
      int k = b * n + i;
      if (!isHeld(at, k)) {
        double j2 = scalar ? at.gradient[k] * at.gradient[k] : at.hessian[k * n + i];
        square += j2;
        largest = Math.max(largest, j2);
      }
    }
    double lambda = at.damping[b] * largest;
    // Half the square of the residual falls with the cost, whatever sign an offset gives it.
    double residual = scalar ? Math.abs(at.config.residualOffset() + at.cost[b]) : 1;
    double length = residual / (lambda + square);
    double slope = 0;
    for (int i = 0; i < n; i++) {
      int k = b * n + i;
      double d = isHeld(at, k) ? 0 : -length * at.gradient[k];
      at.candidate[k] = Boxes.clamp(at.actions[k] + d, at.low[k], at.high[k]);
      slope += at.gradient[k] * (at.candidate[k] - at.actions[k]);
    }
    at.foretold[b] = scalar ? -slope : -slope - 0.5 * bend(at, b);
    return Double.isFinite(slope) && at.foretold[b] > 0;
  }

  private static boolean isHeld(Iterates at, int k) {
    return Boxes.isHeld(at.actions[k], at.gradient[k], at.low[k], at.high[k]);
  }

  /** {@code d' J'J d}. */
  private double bend(Iterates at, int b) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      int k = b * n + i;
      double row = 0;
      for (int j = 0; j < n; j++) {
        row += at.hessian[k * n + j] * (at.candidate[b * n + j] - at.actions[b * n + j]);
      }
      sum += row * (at.candidate[k] - at.actions[k]);
    }
    return sum;
  }

  /** The steps of a residual far from zero are very long at first. */
  @Override
  public void adapt(Iterates at, int b, double ratio) {
    if (!scalar) {
      super.adapt(at, b, ratio);
    } else if (!(ratio > 0.25)) {
      at.damping[b] = grown(at.damping[b]);
    } else if (ratio > 0.75) {
      at.damping[b] *= 0.5;
    }
  }

  @Override
  public void trust(Iterates at, int b) {
    if (!scalar) {
      super.trust(at, b);
    }
  }
}

package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.DampingRule;
import dev.difftop.optimization.Iterate;

/**
 * The damped step of one scalar residual r with gradient J, {@code d = -r J' / (λ + |J|²)}, on the
 * free components: the solution of {@code (J'J + λ I) d = -J' r} without a factorisation, so that
 * nothing can fail to be positive definite.
 *
 * <p>Of a problem that has one residual, {@code r J'} is the gradient of the cost and {@code |J|²}
 * the trace of J'J. Of any cost, {@code r = offset + cost} may be taken as the residual.
 */
final class RankOneStep extends DampedRule {
  private final int n;
  private final boolean scalar;
  private final double residualOffset;
  private final double[] step;

  /**
   * A rule.
   *
   * @param scalar whether {@code offset + cost} is the residual
   */
  RankOneStep(int n, boolean scalar, GaussNewtonConfig config) {
    super(config);
    this.n = n;
    this.scalar = scalar;
    this.residualOffset = config.residualOffset();
    this.step = new double[n];
  }

  @Override
  public boolean propose(Iterate at) {
    double square = 0;
    double largest = 0;
    for (int i = 0; i < n; i++) {
      if (!at.isActive(i)) {
        double j2 = scalar ? at.gradient(i) * at.gradient(i) : at.hessian(i, i);
        square += j2;
        largest = Math.max(largest, j2);
      }
    }
    double lambda = damping * largest;
    // Half the square of the residual falls with the cost, whatever sign an offset gives it.
    double residual = scalar ? Math.abs(residualOffset + at.cost()) : 1;
    double length = residual / (lambda + square);
    for (int i = 0; i < n; i++) {
      step[i] = at.isActive(i) ? 0 : -length * at.gradient(i);
    }
    at.propose(step);
    double change = 0;
    for (int i = 0; i < n; i++) {
      change += at.gradient(i) * at.step(i);
    }
    double expected = scalar ? -change : -change - 0.5 * curvature(at);
    at.expect(expected);
    return Double.isFinite(change) && expected > 0;
  }

  /** {@code d' J'J d}. */
  private double curvature(Iterate at) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double row = 0;
      for (int j = 0; j < n; j++) {
        row += at.hessian(i, j) * at.step(j);
      }
      sum += row * at.step(i);
    }
    return sum;
  }

  /** The steps of a residual far from zero are very long at first. */
  @Override
  public void adapt(Iterate at, double ratio) {
    if (!scalar) {
      super.adapt(at, ratio);
    } else if (!(ratio > 0.25)) {
      damping = DampingRule.grown(damping);
    } else if (ratio > 0.75) {
      damping *= 0.5;
    }
  }

  @Override
  public void trust() {
    if (!scalar) {
      super.trust();
    }
  }
}

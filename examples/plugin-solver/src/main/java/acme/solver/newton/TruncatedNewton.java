package acme.solver.newton;

import dev.difftop.optimization.Direction;
import dev.difftop.optimization.Iterate;

/**
 * The Newton direction {@code H d = -∇J} of the components that are not on a bound, by conjugate
 * gradients: as precise as the gradient is small, and cut off where the curvature is not positive.
 * Nocedal and Wright, "Numerical Optimization", algorithm 7.1.
 */
final class TruncatedNewton implements Direction {
  private boolean[] fixed = {};

  @Override
  public boolean find(Iterate at, double[] d) {
    int n = at.size();
    fixed = fixed.length == n ? fixed : new boolean[n];
    for (int i = 0; i < n; i++) {
      fixed[i] = at.isActive(i);
    }
    do {
      conjugateGradients(at, d);
    } while (fixOutward(at, d));
    return true;
  }

  /** Fixes components on a bound that the direction leads beyond; whether there were any. */
  private boolean fixOutward(Iterate at, double[] d) {
    boolean any = false;
    for (int i = 0; i < d.length; i++) {
      boolean outward =
          (at.action(i) <= at.low(i) && d[i] < 0) || (at.action(i) >= at.high(i) && d[i] > 0);
      any |= outward;
      fixed[i] |= outward;
    }
    return any;
  }

  private void conjugateGradients(Iterate at, double[] d) {
    int n = d.length;
    double[] r = new double[n];
    double square = 0;
    for (int i = 0; i < n; i++) {
      d[i] = 0;
      r[i] = fixed[i] ? 0 : -at.gradient(i);
      square += r[i] * r[i];
    }
    double norm = Math.sqrt(square);
    double enough = Math.min(0.5, Math.sqrt(norm)) * norm;
    double[] p = r.clone();
    for (int k = 0; k < 2 * n && Math.sqrt(square) > enough; k++) {
      double[] product = product(at, p);
      double curvature = dot(p, product);
      if (!(curvature > 0)) {
        if (k == 0) {
          System.arraycopy(r, 0, d, 0, n);
        }
        return;
      }
      double alpha = square / curvature;
      double before = square;
      for (int i = 0; i < n; i++) {
        d[i] += alpha * p[i];
        r[i] -= alpha * product[i];
      }
      square = dot(r, r);
      for (int i = 0; i < n; i++) {
        p[i] = r[i] + square / before * p[i];
      }
    }
  }

  private double[] product(Iterate at, double[] p) {
    double[] out = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      for (int j = 0; j < p.length && !fixed[i]; j++) {
        out[i] += at.hessian(i, j) * p[j];
      }
    }
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}

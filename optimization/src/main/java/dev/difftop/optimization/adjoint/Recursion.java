package dev.difftop.optimization.adjoint;

import dev.difftop.optimization.Cholesky;
import java.util.Arrays;

/** The Riccati recursion of one sample; see {@link RiccatiSystems}. */
final class Recursion {
  private final int horizon;
  private final int nx;
  private final int nu;
  private final int n;
  private final double[] value;
  private final double[] slope;
  private final double[] q;
  private final double[] qSlope;
  private final double[] product;
  private final double[] quu;
  private final double[] feedback;
  private final double[] feedforward;
  private final int[] free;
  private double smallestPivot;

  Recursion(int horizon, int nx, int nu) {
    this.horizon = horizon;
    this.nx = nx;
    this.nu = nu;
    this.n = nx + nu;
    this.value = new double[nx * nx];
    this.slope = new double[nx];
    this.q = new double[n * n];
    this.qSlope = new double[n];
    this.product = new double[nx * n];
    this.quu = new double[nu * nu];
    this.feedback = new double[horizon * nu * nx];
    this.feedforward = new double[horizon * nu];
    this.free = new int[nu];
  }

  /** Smallest pivot of a factorised Q_uu: an estimate of the smallest curvature. */
  double smallestPivot() {
    return smallestPivot;
  }

  /** Solves sample {@code b} into {@code w}; false if a Q_uu is not positive definite. */
  boolean solve(
      double[] jacobian,
      double[] hessian,
      double[] lastHessian,
      double[] v,
      boolean[] held,
      int b,
      double[] w) {
    System.arraycopy(lastHessian, b * nx * nx, value, 0, nx * nx);
    Arrays.fill(slope, 0);
    smallestPivot = Double.POSITIVE_INFINITY;
    for (int t = horizon - 1; t >= 0; t--) {
      int k = b * horizon + t;
      expand(jacobian, k * nx * n, hessian, k * n * n, v, k * nu);
      if (!gains(t, held, k * nu)) {
        return false;
      }
      update(t);
    }
    rollOut(jacobian, b, w);
    return true;
  }

  /** Q = M + [A B]ᵀ P [A B], with the slope [Aᵀp; Bᵀp - v]. Rows are added up, for the JIT. */
  private void expand(double[] f, int fFrom, double[] m, int mFrom, double[] v, int vFrom) {
    Arrays.fill(product, 0);
    for (int i = 0; i < nx; i++) {
      for (int k = 0; k < nx; k++) {
        addRow(product, i * n, value[i * nx + k], f, fFrom + k * n);
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        q[i * n + j] = 0.5 * (m[mFrom + i * n + j] + m[mFrom + j * n + i]);
      }
      qSlope[i] = i < nx ? 0 : -v[vFrom + i - nx];
    }
    for (int k = 0; k < nx; k++) {
      for (int i = 0; i < n; i++) {
        addRow(q, i * n, f[fFrom + k * n + i], product, k * n);
      }
      addRow(qSlope, 0, slope[k], f, fFrom + k * n);
    }
  }

  /** Adds a multiple of one row of length n to another. */
  private void addRow(double[] to, int toFrom, double factor, double[] row, int rowFrom) {
    for (int j = 0; j < n; j++) {
      to[toFrom + j] += factor * row[rowFrom + j];
    }
  }

  private boolean gains(int t, boolean[] held, int heldFrom) {
    int count = 0;
    for (int i = 0; i < nu; i++) {
      if (!held[heldFrom + i]) {
        free[count++] = i;
      }
    }
    Arrays.fill(feedback, t * nu * nx, (t + 1) * nu * nx, 0);
    Arrays.fill(feedforward, t * nu, (t + 1) * nu, 0);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        quu[i * count + j] = q[(nx + free[i]) * n + nx + free[j]];
      }
    }
    if (!Cholesky.factorize(quu, count, count)) {
      return false;
    }
    double[] column = new double[count];
    for (int j = 0; j <= nx; j++) {
      for (int i = 0; i < count; i++) {
        int row = nx + free[i];
        column[i] = j < nx ? -q[row * n + j] : -qSlope[row];
        smallestPivot = Math.min(smallestPivot, quu[i * count + i] * quu[i * count + i]);
      }
      Cholesky.solve(quu, count, column);
      for (int i = 0; i < count; i++) {
        if (j < nx) {
          feedback[(t * nu + free[i]) * nx + j] = column[i];
        } else {
          feedforward[t * nu + free[i]] = column[i];
        }
      }
    }
    return true;
  }

  /** P = Q_xx + Q_xu K, p = q_x + Q_xu k; held rows of K and k are 0. */
  private void update(int t) {
    for (int i = 0; i < nx; i++) {
      for (int j = 0; j < nx; j++) {
        double sum = q[i * n + j];
        for (int k = 0; k < nu; k++) {
          sum += q[i * n + nx + k] * feedback[(t * nu + k) * nx + j];
        }
        value[i * nx + j] = sum;
      }
      double sum = qSlope[i];
      for (int k = 0; k < nu; k++) {
        sum += q[i * n + nx + k] * feedforward[t * nu + k];
      }
      slope[i] = sum;
    }
    for (int i = 0; i < nx; i++) {
      for (int j = 0; j < i; j++) {
        double mean = 0.5 * (value[i * nx + j] + value[j * nx + i]);
        value[i * nx + j] = mean;
        value[j * nx + i] = mean;
      }
    }
  }

  private void rollOut(double[] jacobian, int b, double[] w) {
    double[] dx = new double[nx];
    double[] next = new double[nx];
    for (int t = 0; t < horizon; t++) {
      int k = b * horizon + t;
      for (int i = 0; i < nu; i++) {
        double sum = feedforward[t * nu + i];
        for (int j = 0; j < nx; j++) {
          sum += feedback[(t * nu + i) * nx + j] * dx[j];
        }
        w[k * nu + i] = sum;
      }
      for (int i = 0; i < nx; i++) {
        double sum = 0;
        for (int j = 0; j < nx; j++) {
          sum += jacobian[(k * nx + i) * n + j] * dx[j];
        }
        for (int j = 0; j < nu; j++) {
          sum += jacobian[(k * nx + i) * n + nx + j] * w[k * nu + j];
        }
        next[i] = sum;
      }
      System.arraycopy(next, 0, dx, 0, nx);
    }
  }
}

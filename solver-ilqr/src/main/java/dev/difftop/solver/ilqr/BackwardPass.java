package dev.difftop.solver.ilqr;

import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Cholesky;

/**
 * The Riccati recursion of one sample with a box QP at each stage. Tassa, Mansard, Todorov,
 * "Control-limited differential dynamic programming", 2014. One instance serves problems of one
 * shape.
 */
final class BackwardPass {
  private final int horizon;
  private final int nx;
  private final int nu;
  private final int n;
  private final BoxQp qp;
  private final double[] vx;
  private final double[] vxx;
  private final double[] q;
  private final double[] qq;
  private final double[] vf;
  private final double[] quu;
  private final double[] qu;
  private final double[] low;
  private final double[] high;
  private final double[] column;

  /** K of every stage, (H, nu, nx). */
  private final double[] feedback;

  /** k of every stage, (H, nu). */
  private final double[] feedforward;

  private double expectedReduction;

  BackwardPass(int horizon, int nx, int nu) {
    this.horizon = horizon;
    this.nx = nx;
    this.nu = nu;
    this.n = nx + nu;
    this.qp = new BoxQp(nu);
    this.vx = new double[nx];
    this.vxx = new double[nx * nx];
    this.q = new double[n];
    this.qq = new double[n * n];
    this.vf = new double[nx * n];
    this.quu = new double[nu * nu];
    this.qu = new double[nu];
    this.low = new double[nu];
    this.high = new double[nu];
    this.column = new double[nu];
    this.feedback = new double[horizon * nu * nx];
    this.feedforward = new double[horizon * nu];
  }

  double[] feedback() {
    return feedback;
  }

  double[] feedforward() {
    return feedforward;
  }

  /** Decrease of J that the quadratic model foretells for the full step. */
  double expectedReduction() {
    return expectedReduction;
  }

  /**
   * Computes gains.
   *
   * @param e derivatives along the trajectories
   * @param second second derivatives, with or without those of the dynamics
   * @param b which sample
   * @param mu regularization of Quu
   * @return whether every Quu + mu I was positive definite on its free set and all is finite
   */
  boolean run(
      Expansion e,
      Expansion.Second second,
      int b,
      double[] u,
      double[] lo,
      double[] hi,
      double mu) {
    System.arraycopy(e.lastGradient, b * nx, vx, 0, nx);
    System.arraycopy(second.last, b * nx * nx, vxx, 0, nx * nx);
    expectedReduction = 0;
    for (int t = horizon - 1; t >= 0; t--) {
      int stage = b * horizon + t;
      expandQ(e, second, stage);
      int from = stage * nu;
      for (int i = 0; i < nu; i++) {
        qu[i] = q[nx + i];
        low[i] = lo[from + i] - u[from + i];
        high[i] = hi[from + i] - u[from + i];
        for (int j = 0; j < nu; j++) {
          quu[i * nu + j] = qq[(nx + i) * n + nx + j] + (i == j ? mu : 0);
        }
      }
      if (!qp.solve(quu, qu, low, high)) {
        return false;
      }
      gains(t);
      updateValue(t);
    }
    return Double.isFinite(expectedReduction);
  }

  /** {@code Q_w = l_w + f_w' V_x} and {@code Q_ww = L_ww + f_w' V_xx f_w}. */
  private void expandQ(Expansion e, Expansion.Second second, int stage) {
    int f = stage * nx * n;
    for (int i = 0; i < nx; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int k = 0; k < nx; k++) {
          sum += vxx[i * nx + k] * e.jacobian[f + k * n + j];
        }
        vf[i * n + j] = sum;
      }
    }
    for (int i = 0; i < n; i++) {
      double slope = e.gradient[stage * n + i];
      for (int k = 0; k < nx; k++) {
        slope += e.jacobian[f + k * n + i] * vx[k];
      }
      q[i] = slope;
      for (int j = 0; j < n; j++) {
        double sum =
            0.5
                * (second.hessian[(stage * n + i) * n + j]
                    + second.hessian[(stage * n + j) * n + i]);
        for (int k = 0; k < nx; k++) {
          sum += e.jacobian[f + k * n + i] * vf[k * n + j];
        }
        qq[i * n + j] = sum;
      }
    }
  }

  /** k is the box QP's solution; K is zero for held actions: they stay at their bound. */
  private void gains(int t) {
    System.arraycopy(qp.solution(), 0, feedforward, t * nu, nu);
    java.util.Arrays.fill(feedback, t * nu * nx, (t + 1) * nu * nx, 0);
    int free = qp.freeCount();
    for (int j = 0; j < nx; j++) {
      for (int i = 0; i < free; i++) {
        column[i] = -qq[(nx + qp.free(i)) * n + j];
      }
      Cholesky.solve(qp.freeFactor(), free, nu, column, 0, 1);
      for (int i = 0; i < free; i++) {
        feedback[(t * nu + qp.free(i)) * nx + j] = column[i];
      }
    }
  }

  /** The value function under the gains, with Quu as it is, without mu. */
  private void updateValue(int t) {
    int k0 = t * nu;
    double linear = 0;
    double quadratic = 0;
    double[] quuk = column;
    for (int i = 0; i < nu; i++) {
      double sum = 0;
      for (int j = 0; j < nu; j++) {
        sum += qq[(nx + i) * n + nx + j] * feedforward[k0 + j];
      }
      quuk[i] = sum;
      linear += feedforward[k0 + i] * q[nx + i];
      quadratic += feedforward[k0 + i] * sum;
    }
    expectedReduction -= linear + 0.5 * quadratic;
    for (int i = 0; i < nx; i++) {
      double slope = q[i];
      for (int a = 0; a < nu; a++) {
        slope += feedback[(k0 + a) * nx + i] * (q[nx + a] + quuk[a]);
        slope += qq[(nx + a) * n + i] * feedforward[k0 + a];
      }
      vx[i] = slope;
    }
    for (int i = 0; i < nx; i++) {
      for (int j = 0; j <= i; j++) {
        double bent = valueCurvature(k0, i, j);
        vxx[i * nx + j] = bent;
        vxx[j * nx + i] = bent;
      }
    }
  }

  private double valueCurvature(int k0, int i, int j) {
    double sum = qq[i * n + j];
    for (int a = 0; a < nu; a++) {
      double ki = feedback[(k0 + a) * nx + i];
      double kj = feedback[(k0 + a) * nx + j];
      sum += ki * qq[(nx + a) * n + j] + kj * qq[(nx + a) * n + i];
      for (int c = 0; c < nu; c++) {
        sum += ki * qq[(nx + a) * n + nx + c] * feedback[(k0 + c) * nx + j];
      }
    }
    return sum;
  }
}

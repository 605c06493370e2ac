package dev.difftop.optimization.stagewise;

import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Cholesky;
import java.util.Arrays;

/**
 * The Riccati recursion of many samples at once, with a box QP at each stage. Li and Todorov 2004;
 * Tassa, Mansard, Todorov, "Control-limited differential dynamic programming", 2014; the state
 * regularisation is that of Tassa, Erez, Todorov 2012, equation 10.
 *
 * <p>A lane whose control curvature is not positive definite fails alone: the others go on.
 */
public final class RiccatiPass {
  /** What mu is added to. */
  public enum Regularization {
    /** The curvature in the actions: steps become shorter. */
    CONTROL,
    /** The curvature of the value in the next state: states stay closer to where they were. */
    STATE
  }

  private final int horizon;
  private final int nx;
  private final int nu;
  private final int n;
  private final Regularization regularization;

  private final double[][] vx;
  private final double[][] vxx;
  private final double[][] vf;
  private final double[][] q;
  private final double[][] qq;

  /** Curvature in the actions with mu, (nu, nu): below the diagonal its factor. */
  private final double[][] quu;

  /** Diagonal of Quu with mu. */
  private final double[][] diagonal;

  /** Curvature from states to actions with mu, (nu, nx). */
  private final double[][] qux;

  /** Reciprocals of the factor's diagonal. */
  private final double[][] inverse;

  private final double[][] m;
  private final double[][] mx;
  private final boolean[] ok;

  /** The same before the present stage. */
  private final boolean[] before;

  private final boolean[] definite;
  private final boolean[] free;
  private final boolean[] bounded;
  private final double[] scale;

  /** Smallest pivot of the free Quu of a stage, and of all stages. */
  private final double[] pivot;

  private final double[] smallestPivot;
  private final double[] undamped;

  private final BoxQp qp;
  private final double[] oneQuu;
  private final double[] oneQu;
  private final double[] oneLow;
  private final double[] oneHigh;
  private final double[] column;

  /** For blocks of one shape. */
  public RiccatiPass(int horizon, int nx, int nu, int width, Regularization regularization) {
    this.horizon = horizon;
    this.nx = nx;
    this.nu = nu;
    this.n = nx + nu;
    this.regularization = regularization;
    this.vx = Lanes.entries(nx, width);
    this.vxx = Lanes.entries(nx * nx, width);
    this.vf = Lanes.entries(nx * n, width);
    this.q = Lanes.entries(n, width);
    this.qq = Lanes.entries(n * n, width);
    this.quu = Lanes.entries(nu * nu, width);
    this.diagonal = Lanes.entries(nu, width);
    this.qux = Lanes.entries(nu * nx, width);
    this.inverse = Lanes.entries(nu, width);
    this.m = Lanes.entries(nu, width);
    this.mx = Lanes.entries(nu * nx, width);
    this.ok = new boolean[width];
    this.before = new boolean[width];
    this.definite = new boolean[width];
    this.free = new boolean[width];
    this.bounded = new boolean[width];
    this.scale = new double[width];
    this.pivot = new double[width];
    this.smallestPivot = new double[width];
    this.undamped = new double[width];
    this.qp = new BoxQp(nu);
    this.oneQuu = new double[nu * nu];
    this.oneQu = new double[nu];
    this.oneLow = new double[nu];
    this.oneHigh = new double[nu];
    this.column = new double[nu];
  }

  /** Whether a lane of the last run has gains: every Quu was positive definite, all is finite. */
  public boolean succeeded(int lane) {
    return ok[lane];
  }

  /** Whether no action of a lane met a bound in the last run. */
  public boolean isFree(int lane) {
    return free[lane];
  }

  /** Largest diagonal entry of Quu that a lane of the last run met, without mu. */
  public double scale(int lane) {
    return scale[lane];
  }

  /**
   * Smallest pivot of a free Quu that a lane of the last run met, up to the stage where it failed
   * if it did: an estimate of the smallest curvature. Infinite if nothing was free.
   */
  double smallestPivot(int lane) {
    return smallestPivot[lane];
  }

  /**
   * Computes gains and the expected decrease of lanes {@code 0..lanes-1}, with each lane's mu.
   *
   * @param b derivatives along the trajectories; receives K, k and the expected decrease
   * @param second second derivatives, with or without those of the dynamics
   */
  public void run(SampleBlock b, SecondDerivatives second, int lanes) {
    Arrays.fill(ok, 0, lanes, true);
    Arrays.fill(free, 0, lanes, true);
    Arrays.fill(scale, 0, lanes, 0);
    Arrays.fill(smallestPivot, 0, lanes, Double.POSITIVE_INFINITY);
    Arrays.fill(b.gains.expected, 0, lanes, 0);
    boolean anyDamped = isAnyDamped(b.gains.mu, lanes);
    Lanes.copy(vx, b.expansion.lastGradient, lanes);
    for (int i = 0; i < nx; i++) {
      for (int j = 0; j <= i; j++) {
        Lanes.copy(vxx[i * nx + j], second.last[i * nx + j], lanes);
        Lanes.copy(vxx[j * nx + i], second.last[i * nx + j], lanes);
      }
    }
    for (int t = horizon - 1; t >= 0; t--) {
      if (b.gaps.any()) {
        for (int i = 0; i < nx; i++) {
          Lanes.addProducts(vx[i], vxx, i * nx, 1, b.gaps.entries()[t], 0, 1, nx, lanes);
        }
      }
      int first = t == 0 ? nx : 0;
      expandGradient(b.expansion.jacobian[t], b.expansion.gradient[t], first, lanes);
      if (second.flatEnd && t == horizon - 1) {
        takeCurvature(second.hessian[t], first, lanes);
      } else {
        expandCurvature(b.expansion.jacobian[t], second.hessian[t], first, lanes);
      }
      regularize(b.gains.mu, b.expansion.jacobian[t], lanes);
      factorize(lanes);
      solve(b.gains.feedforward[t], b.gains.feedback[t], lanes);
      System.arraycopy(ok, 0, before, 0, lanes);
      bound(b, t, lanes);
      for (int l = 0; l < lanes; l++) {
        // Behind a stage that failed there is nothing sensible.
        double least = before[l] ? pivot[l] : Double.POSITIVE_INFINITY;
        smallestPivot[l] = Math.min(smallestPivot[l], least);
      }
      addExpected(b.gains.feedforward[t], b.gains.expected, lanes);
      if (t > 0) {
        updateGradient(b.gains.feedforward[t], b.gains.feedback[t], lanes);
        updateCurvature(b.gains.feedback[t], lanes);
        if (anyDamped) {
          correctDamped(b.gains.feedback[t], b.gains.mu, lanes);
        }
      }
    }
    for (int l = 0; l < lanes; l++) {
      ok[l] &= Double.isFinite(b.gains.expected[l]);
    }
  }

  /**
   * {@code Q_w = l_w + f_w' V_x}.
   *
   * @param first first row: of the first stage, whose state is given, only actions need theirs
   */
  private void expandGradient(double[][] f, double[][] gradient, int first, int lanes) {
    for (int i = first; i < n; i++) {
      Lanes.setProducts(q[i], gradient[i], f, i, n, vx, 0, 1, nx, lanes);
    }
  }

  /** The lower triangle of {@code Q_ww = L_ww + f_w' V_xx f_w}. */
  private void expandCurvature(double[][] f, double[][] hessian, int first, int lanes) {
    for (int i = 0; i < nx; i++) {
      for (int j = first; j < n; j++) {
        Lanes.setProducts(vf[i * n + j], vxx, i * nx, 1, f, j, n, nx, lanes);
      }
    }
    for (int i = first; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        Lanes.setProducts(qq[i * n + j], hessian[i * n + j], vf, i, n, f, j, n, nx, lanes);
      }
    }
  }

  /** The same where V has no curvature. */
  private void takeCurvature(double[][] hessian, int first, int lanes) {
    for (int i = first; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        Lanes.copy(qq[i * n + j], hessian[i * n + j], lanes);
      }
    }
  }

  // ------------------------------------------------------------------ gains

  /** The curvature that makes the gains, with mu; Quu above the diagonal, for its factor below. */
  private void regularize(double[] mu, double[][] f, int lanes) {
    for (int i = 0; i < nu; i++) {
      int row = (nx + i) * n;
      for (int j = 0; j < nx; j++) {
        Lanes.copy(qux[i * nx + j], qq[row + j], lanes);
      }
      for (int j = 0; j <= i; j++) {
        Lanes.copy(quu[j * nu + i], qq[row + nx + j], lanes);
      }
      double[] raw = qq[row + nx + i];
      for (int l = 0; l < lanes; l++) {
        // Behind a stage that failed there is nothing sensible.
        scale[l] = ok[l] ? Math.max(scale[l], Math.abs(raw[l])) : scale[l];
      }
    }
    addMu(mu, f, lanes);
    for (int i = 0; i < nu; i++) {
      Lanes.copy(diagonal[i], quu[i * nu + i], lanes);
      for (int j = 0; j < i; j++) {
        Lanes.copy(quu[i * nu + j], quu[j * nu + i], lanes);
      }
    }
  }

  private void addMu(double[] mu, double[][] f, int lanes) {
    for (int i = 0; i < nu; i++) {
      if (regularization == Regularization.CONTROL) {
        Lanes.add(quu[i * nu + i], mu, lanes);
        continue;
      }
      for (int j = 0; j < nx; j++) {
        addPulledMu(qux[i * nx + j], mu, f, nx + i, j, lanes);
      }
      for (int j = 0; j <= i; j++) {
        addPulledMu(quu[j * nu + i], mu, f, nx + i, nx + j, lanes);
      }
    }
  }

  /** Adds an entry of {@code mu f_w' f_w}. */
  private void addPulledMu(double[] y, double[] mu, double[][] f, int i, int j, int lanes) {
    for (int l = 0; l < lanes; l++) {
      double sum = 0;
      for (int k = 0; k < nx; k++) {
        sum += f[k * n + i][l] * f[k * n + j][l];
      }
      y[l] += mu[l] * sum;
    }
  }

  /** Cholesky's factor below the diagonal, reciprocals of its diagonal apart. */
  private void factorize(int lanes) {
    Arrays.fill(definite, 0, lanes, true);
    Arrays.fill(pivot, 0, lanes, Double.POSITIVE_INFINITY);
    for (int j = 0; j < nu; j++) {
      double[] d = inverse[j];
      Lanes.copy(d, diagonal[j], lanes);
      for (int k = 0; k < j; k++) {
        Lanes.subtractProduct(d, quu[j * nu + k], quu[j * nu + k], lanes);
      }
      for (int l = 0; l < lanes; l++) {
        double least = nu * Math.ulp(diagonal[j][l]);
        definite[l] &= d[l] > least && d[l] < Double.POSITIVE_INFINITY;
        pivot[l] = Math.min(pivot[l], d[l]);
        d[l] = 1 / Math.sqrt(d[l]);
      }
      for (int i = j + 1; i < nu; i++) {
        double[] e = quu[i * nu + j];
        for (int k = 0; k < j; k++) {
          Lanes.subtractProduct(e, quu[i * nu + k], quu[j * nu + k], lanes);
        }
        Lanes.multiply(e, d, lanes);
      }
    }
  }

  private void solve(double[][] k, double[][] feedback, int lanes) {
    for (int i = 0; i < nu; i++) {
      Lanes.negate(k[i], q[nx + i], lanes);
      for (int j = 0; j < nx; j++) {
        Lanes.negate(feedback[i * nx + j], qux[i * nx + j], lanes);
      }
    }
    substitute(k, 0, 1, lanes);
    for (int j = 0; j < nx; j++) {
      substitute(feedback, j, nx, lanes);
    }
  }

  /** Solves with the factor for one right-hand side of every lane, in place. */
  private void substitute(double[][] x, int from, int step, int lanes) {
    for (int i = 0; i < nu; i++) {
      double[] y = x[from + i * step];
      Lanes.eliminate(y, quu, i * nu, 1, x, from, step, i, inverse[i], lanes);
    }
    for (int i = nu - 1; i >= 0; i--) {
      double[] y = x[from + i * step];
      int next = i + 1;
      Lanes.eliminate(
          y, quu, next * nu + i, nu, x, from + next * step, step, nu - next, inverse[i], lanes);
    }
  }

  /**
   * Lanes whose step leaves the box solve a box QP; held actions get no feedback. So do lanes whose
   * curvature is not positive definite: it need be so for the free actions only.
   */
  private void bound(SampleBlock b, int t, int lanes) {
    Arrays.fill(bounded, 0, lanes, false);
    for (int i = 0; i < nu; i++) {
      findBounded(
          b.gains.feedforward[t][i],
          b.current.actions[t][i],
          b.bounds.low[t][i],
          b.bounds.high[t][i],
          lanes);
    }
    for (int l = 0; l < lanes; l++) {
      if (ok[l] && (bounded[l] || !definite[l])) {
        free[l] = false;
        if (nu == 1) {
          boundOne(b, t, l);
        } else {
          boundLane(b, t, l);
        }
      }
    }
  }

  private void findBounded(double[] k, double[] u, double[] low, double[] high, int lanes) {
    for (int l = 0; l < lanes; l++) {
      boolean inside = k[l] >= low[l] - u[l] && k[l] <= high[l] - u[l] && low[l] < high[l];
      bounded[l] |= !inside;
    }
  }

  /** A single action: its step is cut off; without curvature it must be held. */
  private void boundOne(SampleBlock b, int t, int l) {
    double u = b.current.actions[t][0][l];
    double low = b.bounds.low[t][0][l] - u;
    double high = b.bounds.high[t][0][l] - u;
    double g = q[nx][l];
    boolean held = low == high || (low >= 0 && g > 0) || (high <= 0 && g < 0);
    ok[l] = held || definite[l];
    pivot[l] = held ? Double.POSITIVE_INFINITY : pivot[l];
    double k = held ? 0 : b.gains.feedforward[t][0][l];
    b.gains.feedforward[t][0][l] = Math.min(Math.max(k, low), high);
    Lanes.clearLane(b.gains.feedback[t], l);
  }

  private void boundLane(SampleBlock b, int t, int l) {
    for (int i = 0; i < nu; i++) {
      double u = b.current.actions[t][i][l];
      oneQu[i] = q[nx + i][l];
      oneLow[i] = b.bounds.low[t][i][l] - u;
      oneHigh[i] = b.bounds.high[t][i][l] - u;
      oneQuu[i * nu + i] = diagonal[i][l];
      for (int j = 0; j < i; j++) {
        oneQuu[i * nu + j] = quu[j * nu + i][l];
        oneQuu[j * nu + i] = oneQuu[i * nu + j];
      }
    }
    double ofAll = pivot[l];
    ok[l] = qp.solve(oneQuu, oneQu, oneLow, oneHigh);
    pivot[l] = ok[l] ? Double.POSITIVE_INFINITY : Math.min(ofAll, 0);
    for (int i = 0; i < qp.freeCount() && ok[l]; i++) {
      double root = qp.freeFactor()[i * nu + i];
      pivot[l] = Math.min(pivot[l], root * root);
    }
    for (int i = 0; i < nu; i++) {
      b.gains.feedforward[t][i][l] = qp.solution()[i];
    }
    Lanes.clearLane(b.gains.feedback[t], l);
    for (int j = 0; j < nx; j++) {
      for (int i = 0; i < qp.freeCount(); i++) {
        column[i] = -qux[qp.free(i) * nx + j][l];
      }
      Cholesky.solve(qp.freeFactor(), qp.freeCount(), nu, column, 0, 1);
      for (int i = 0; i < qp.freeCount(); i++) {
        b.gains.feedback[t][qp.free(i) * nx + j][l] = column[i];
      }
    }
  }

  // ------------------------------------------------------------------ value

  private static boolean isAnyDamped(double[] mu, int lanes) {
    for (int l = 0; l < lanes; l++) {
      if (mu[l] != 0) {
        return true;
      }
    }
    return false;
  }

  /** Adds what the step of a stage gains, with Quu as it is, without mu. */
  private void addExpected(double[][] k, double[] expected, int lanes) {
    for (int a = 0; a < nu; a++) {
      Lanes.copy(m[a], q[nx + a], lanes);
      addQuuTimes(m[a], a, k, 0, 1, lanes);
      reduce(expected, k[a], q[nx + a], m[a], lanes);
    }
  }

  /** Gradient of the value function under the gains, after {@link #addExpected}. */
  private void updateGradient(double[][] k, double[][] feedback, int lanes) {
    for (int i = 0; i < nx; i++) {
      Lanes.setProducts(vx[i], q[i], feedback, i, nx, m, 0, 1, nu, lanes);
      Lanes.addProducts(vx[i], qq, nx * n + i, n, k, 0, 1, nu, lanes);
    }
  }

  /** {@code Qxx + Qxu K}: the value's curvature under gains that minimise it. */
  private void updateCurvature(double[][] feedback, int lanes) {
    for (int i = 0; i < nx; i++) {
      int toActions = nx * n + i;
      for (int j = 0; j <= i; j++) {
        double[] v = vxx[i * nx + j];
        Lanes.setProducts(v, qq[i * n + j], qq, toActions, n, feedback, j, nx, nu, lanes);
        Lanes.copy(vxx[j * nx + i], v, lanes);
      }
    }
  }

  /** Adds {@code K' (Qux + Quu K)}, which is not zero where mu damped the gains. */
  private void correctDamped(double[][] feedback, double[] mu, int lanes) {
    for (int a = 0; a < nu; a++) {
      for (int j = 0; j < nx; j++) {
        double[] y = mx[a * nx + j];
        Lanes.copy(y, qq[(nx + a) * n + j], lanes);
        addQuuTimes(y, a, feedback, j, nx, lanes);
      }
    }
    for (int i = 0; i < nx; i++) {
      for (int j = 0; j <= i; j++) {
        double[] v = vxx[i * nx + j];
        Lanes.copy(undamped, v, lanes);
        Lanes.addProducts(v, feedback, i, nx, mx, j, nx, nu, lanes);
        // Without mu it is rounding, which a lane must not get because of those beside it.
        keepUndamped(v, undamped, mu, lanes);
        Lanes.copy(vxx[j * nx + i], v, lanes);
      }
    }
  }

  private static void keepUndamped(double[] v, double[] before, double[] mu, int lanes) {
    for (int l = 0; l < lanes; l++) {
      v[l] = mu[l] == 0 ? before[l] : v[l];
    }
  }

  private static void reduce(double[] expected, double[] k, double[] q, double[] m, int lanes) {
    for (int l = 0; l < lanes; l++) {
      expected[l] -= 0.5 * k[l] * (q[l] + m[l]);
    }
  }

  /** Adds row a of Quu, without mu, times a column. */
  private void addQuuTimes(double[] y, int a, double[][] x, int from, int step, int lanes) {
    for (int c = 0; c < nu; c++) {
      int entry = a >= c ? (nx + a) * n + nx + c : (nx + c) * n + nx + a;
      Lanes.addProduct(y, qq[entry], x[from + c * step], lanes);
    }
  }
}

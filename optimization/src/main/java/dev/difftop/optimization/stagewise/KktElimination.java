package dev.difftop.optimization.stagewise;

import java.util.Arrays;

/**
 * The linear-quadratic conditions of one sample where its curvature need not be positive definite:
 * the KKT system along the stages,
 *
 * <pre>
 *   M_ux dx_t + M_uu du_t + B_tᵀ dλ_{t+1} = -g_u     (du = 0 where a bound holds)
 *   A_t dx_t + B_t du_t - dx_{t+1} = 0
 *   M_xx dx_{t+1} + M_xu du_{t+1} + A_{t+1}ᵀ dλ_{t+2} - dλ_{t+1} = -g_x
 * </pre>
 *
 * by Gaussian elimination with partial pivoting. In the order du_t, dλ_{t+1}, dx_{t+1} the matrix
 * is banded with nu + 2 nx - 1 entries on each side of its diagonal, so that time and memory grow
 * linearly with the horizon, and dynamics that grow or shrink along it do no harm: nothing is
 * propagated. Golub and Van Loan, "Matrix Computations", section 4.3.
 */
final class KktElimination {
  /** Pivots below this, of a matrix whose largest entries are about 1, are zeros. */
  private static final double NEGLIGIBLE = 0x1p-48;

  private final int horizon;
  private final int nx;
  private final int nu;
  private final int n;
  private final int size;
  private final int reach;
  private final int width;
  private final int rows;
  private final double[] band;
  private final double[] right;
  private final double[] columnScale;

  /** For samples of one shape. */
  KktElimination(int horizon, int nx, int nu) {
    this.horizon = horizon;
    this.nx = nx;
    this.nu = nu;
    this.n = nx + nu;
    this.size = nu + 2 * nx;
    this.reach = size - 1;
    this.width = 3 * reach + 1;
    this.rows = Math.multiplyExact(horizon, size);
    this.band = new double[Math.multiplyExact(rows, width)];
    this.right = new double[rows];
    this.columnScale = new double[rows];
  }

  /**
   * Solves for one lane: directions dx, du and costates dλ. Of a singular system, directions that
   * the right-hand side does not depend on are 0; if it depends on one, what was to be found is
   * NaN.
   *
   * @param b Jacobians, gradients g and the bounds that hold actions (those without width)
   * @param second M
   */
  void solve(SampleBlock b, SecondDerivatives second, int lane, Directions into) {
    Arrays.fill(band, 0);
    Arrays.fill(right, 0);
    for (int t = 0; t < horizon; t++) {
      writeStage(b, second, t, lane);
    }
    scale();
    eliminate();
    substitute();
    for (int t = 0; t < horizon; t++) {
      into.give(t, lane, right, t * size);
    }
  }

  // ------------------------------------------------------------------ the system

  private void put(int row, int column, double value) {
    band[row * width + column - row + reach] = value;
  }

  private void writeStage(SampleBlock b, SecondDerivatives second, int t, int lane) {
    int u = t * size;
    int costate = u + nu;
    int next = costate + nx;
    int state = u - nx;
    double[][] f = b.expansion.jacobian[t];
    for (int i = 0; i < nu; i++) {
      if (b.bounds.low[t][i][lane] == b.bounds.high[t][i][lane]) {
        put(u + i, u + i, 1);
        continue;
      }
      for (int j = 0; j < nx && t > 0; j++) {
        put(u + i, state + j, symmetric(second.hessian[t], nx + i, j, n, lane));
      }
      for (int j = 0; j < nu; j++) {
        put(u + i, u + j, symmetric(second.hessian[t], nx + i, nx + j, n, lane));
      }
      for (int j = 0; j < nx; j++) {
        put(u + i, costate + j, f[j * n + nx + i][lane]);
      }
      right[u + i] = -b.expansion.gradient[t][nx + i][lane];
    }
    for (int i = 0; i < nx; i++) {
      for (int j = 0; j < nx && t > 0; j++) {
        put(costate + i, state + j, f[i * n + j][lane]);
      }
      for (int j = 0; j < nu; j++) {
        put(costate + i, u + j, f[i * n + nx + j][lane]);
      }
      put(costate + i, next + i, -1);
    }
    writeNextState(b, second, t + 1, lane);
  }

  /** The rows of dλ_t, for t from 1 to H. */
  private void writeNextState(SampleBlock b, SecondDerivatives second, int t, int lane) {
    int state = t * size - nx;
    boolean isLast = t == horizon;
    for (int i = 0; i < nx; i++) {
      put(state + i, state - nx + i, -1);
      for (int j = 0; j < nx; j++) {
        double value =
            isLast
                ? (second.flatEnd ? 0 : symmetric(second.last, i, j, nx, lane))
                : symmetric(second.hessian[t], i, j, n, lane);
        put(state + i, state + j, value);
      }
      if (isLast) {
        right[state + i] = -b.expansion.lastGradient[i][lane];
        continue;
      }
      for (int j = 0; j < nu; j++) {
        put(state + i, t * size + j, symmetric(second.hessian[t], nx + j, i, n, lane));
      }
      for (int j = 0; j < nx; j++) {
        put(state + i, t * size + nu + j, b.expansion.jacobian[t][j * n + i][lane]);
      }
      right[state + i] = -b.expansion.gradient[t][i][lane];
    }
  }

  private static double symmetric(double[][] lower, int i, int j, int n, int lane) {
    return lower[i >= j ? i * n + j : j * n + i][lane];
  }

  // ------------------------------------------------------------------ elimination

  /** Rows, then columns, times powers of two that make their largest entries about 1. */
  private void scale() {
    Arrays.fill(columnScale, 0);
    for (int r = 0; r < rows; r++) {
      double largest = 0;
      for (int k = 0; k < width; k++) {
        largest = Math.max(largest, Math.abs(band[r * width + k]));
      }
      double factor = powerOfTwo(largest);
      right[r] *= factor;
      for (int c = Math.max(0, r - reach); c <= Math.min(rows - 1, r + reach); c++) {
        int k = r * width + c - r + reach;
        band[k] *= factor;
        columnScale[c] = Math.max(columnScale[c], Math.abs(band[k]));
      }
    }
    for (int c = 0; c < rows; c++) {
      columnScale[c] = powerOfTwo(columnScale[c]);
      for (int r = Math.max(0, c - reach); r <= Math.min(rows - 1, c + reach); r++) {
        band[r * width + c - r + reach] *= columnScale[c];
      }
    }
  }

  private static double powerOfTwo(double largest) {
    boolean has = largest > 0 && largest < Double.POSITIVE_INFINITY;
    return has ? Math.scalb(1.0, -Math.getExponent(largest)) : 1;
  }

  private void eliminate() {
    for (int k = 0; k < rows; k++) {
      int last = Math.min(rows - 1, k + reach);
      int pivot = k;
      for (int r = k + 1; r <= last; r++) {
        if (Math.abs(at(r, k)) > Math.abs(at(pivot, k))) {
          pivot = r;
        }
      }
      if (pivot != k) {
        swap(k, pivot);
      }
      double divisor = at(k, k);
      if (Math.abs(divisor) <= NEGLIGIBLE) {
        continue;
      }
      for (int r = k + 1; r <= last; r++) {
        double factor = at(r, k) / divisor;
        if (factor != 0) {
          subtract(r, k, factor);
        }
      }
    }
  }

  private double at(int row, int column) {
    return band[row * width + column - row + reach];
  }

  private int lastColumn(int row) {
    return Math.min(rows - 1, row + 2 * reach);
  }

  private void swap(int k, int pivot) {
    int from = k * width + reach;
    int to = pivot * width + reach - (pivot - k);
    for (int c = 0; c <= lastColumn(k) - k; c++) {
      double kept = band[from + c];
      band[from + c] = band[to + c];
      band[to + c] = kept;
    }
    double kept = right[k];
    right[k] = right[pivot];
    right[pivot] = kept;
  }

  private void subtract(int row, int k, double factor) {
    int from = k * width + reach;
    int to = row * width + reach - (row - k);
    for (int c = 1; c <= lastColumn(k) - k; c++) {
      band[to + c] -= factor * band[from + c];
    }
    right[row] -= factor * right[k];
  }

  private void substitute() {
    double negligible = 0;
    for (double value : right) {
      negligible = Math.max(negligible, NEGLIGIBLE * Math.abs(value));
    }
    for (int r = rows - 1; r >= 0; r--) {
      double sum = right[r];
      int from = r * width + reach;
      for (int c = lastColumn(r) - r; c > 0; c--) {
        double entry = band[from + c];
        sum -= entry == 0 ? 0 : entry * right[r + c];
      }
      if (Math.abs(band[from]) <= NEGLIGIBLE) {
        right[r] = Math.abs(sum) <= negligible ? 0 : Double.NaN;
      } else {
        right[r] = sum / band[from];
      }
    }
    for (int c = 0; c < rows; c++) {
      right[c] *= columnScale[c];
    }
  }
}

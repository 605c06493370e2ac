package dev.difftop.api.program;

import java.util.Arrays;

/**
 * Gaussian elimination with row exchanges, and Cholesky's method, for one small matrix in double
 * precision: what {@link Solve} means, for an engine to use as well. Not to be shared by threads.
 */
public final class Elimination {
  private final Solve solve;
  private final int n;
  private final double[] factors;
  private final int[] order;
  private boolean regular;

  /** For matrices (n, n). */
  public Elimination(Solve solve, int n) {
    this.solve = solve;
    this.n = n;
    this.factors = new double[n * n];
    this.order = new int[n];
  }

  /** The matrix to solve with next, row-major, to be written; {@link #factorize} overwrites it. */
  public double[] matrix() {
    return factors;
  }

  /** Factorises what was written to {@link #matrix}. */
  public void factorize() {
    regular = solve.positive() ? cholesky() : eliminate();
  }

  /**
   * Solves with the factorised matrix.
   *
   * @param b right-hand sides (n, m), row-major; overwritten with the solution, or with NaN if
   *     there is no factorisation
   */
  public void solve(double[] b, int m) {
    if (!regular) {
      Arrays.fill(b, 0, n * m, Double.NaN);
    } else if (solve.positive()) {
      forward(b, m, false);
      backward(b, m, true);
    } else if (solve.transposed()) {
      forwardTransposed(b, m);
      backwardTransposed(b, m);
      reorder(b, m, true);
    } else {
      reorder(b, m, false);
      forward(b, m, true);
      backward(b, m, false);
    }
  }

  // ------------------------------------------------------------------ factors

  /** P a = L U, with ones on the diagonal of L; false if a pivot is zero or not a number. */
  private boolean eliminate() {
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        if (Math.abs(factors[i * n + k]) > Math.abs(factors[pivot * n + k])) {
          pivot = i;
        }
      }
      order[k] = pivot;
      swapRows(factors, n, k, pivot);
      double divisor = factors[k * n + k];
      if (!(Math.abs(divisor) > 0 && Math.abs(divisor) < Double.POSITIVE_INFINITY)) {
        return false;
      }
      for (int i = k + 1; i < n; i++) {
        double factor = factors[i * n + k] / divisor;
        factors[i * n + k] = factor;
        subtract(factors, i * n + k + 1, factor, k * n + k + 1, n - k - 1);
      }
    }
    return true;
  }

  /** a = L Lᵀ in the lower triangle; false if a is not positive definite. */
  private boolean cholesky() {
    for (int j = 0; j < n; j++) {
      double rest = factors[j * n + j] - dot(j, j, j);
      if (!(rest > 0 && rest < Double.POSITIVE_INFINITY)) {
        return false;
      }
      double root = Math.sqrt(rest);
      factors[j * n + j] = root;
      for (int i = j + 1; i < n; i++) {
        factors[i * n + j] = (factors[i * n + j] - dot(i, j, j)) / root;
      }
    }
    return true;
  }

  /** The product of the first k entries of two rows. */
  private double dot(int i, int j, int k) {
    double sum = 0;
    for (int c = 0; c < k; c++) {
      sum += factors[i * n + c] * factors[j * n + c];
    }
    return sum;
  }

  /** {@code x[to ...] -= factor x[from ...]}. */
  private static void subtract(double[] x, int to, double factor, int from, int count) {
    for (int c = 0; c < count; c++) {
      x[to + c] -= factor * x[from + c];
    }
  }

  private static void swapRows(double[] x, int columns, int i, int j) {
    for (int c = 0; i != j && c < columns; c++) {
      double kept = x[i * columns + c];
      x[i * columns + c] = x[j * columns + c];
      x[j * columns + c] = kept;
    }
  }

  /** The exchanges of rows, first to last or back. */
  private void reorder(double[] b, int m, boolean back) {
    for (int k = 0; k < n; k++) {
      int row = back ? n - 1 - k : k;
      swapRows(b, m, row, order[row]);
    }
  }

  // ------------------------------------------------------------------ triangles

  /** b becomes L⁻¹ b. */
  private void forward(double[] b, int m, boolean ones) {
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        subtract(b, i * m, factors[i * n + k], k * m, m);
      }
      divide(b, i, m, ones ? 1 : factors[i * n + i]);
    }
  }

  /** b becomes U⁻¹ b, where U is the upper triangle, or Lᵀ in the lower one. */
  private void backward(double[] b, int m, boolean lower) {
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        subtract(b, i * m, factors[lower ? k * n + i : i * n + k], k * m, m);
      }
      divide(b, i, m, factors[i * n + i]);
    }
  }

  /** b becomes U⁻ᵀ b. */
  private void forwardTransposed(double[] b, int m) {
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        subtract(b, i * m, factors[k * n + i], k * m, m);
      }
      divide(b, i, m, factors[i * n + i]);
    }
  }

  /** b becomes L⁻ᵀ b. */
  private void backwardTransposed(double[] b, int m) {
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        subtract(b, i * m, factors[k * n + i], k * m, m);
      }
    }
  }

  private static void divide(double[] b, int row, int m, double divisor) {
    for (int c = 0; c < m; c++) {
      b[row * m + c] /= divisor;
    }
  }
}

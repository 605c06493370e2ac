package dev.difftop.optimization.adjoint;

import dev.difftop.optimization.Cholesky;

/** Solves {@code H_FF w_F = v_F} for the free components F of one sample. */
final class FreeSystem {
  private final int n;
  private final int[] free;
  private final double[] matrix;
  private final double[] right;
  private int size;
  private double smallestPivot;

  FreeSystem(int n) {
    this.n = n;
    this.free = new int[n];
    this.matrix = new double[n * n];
    this.right = new double[n];
  }

  void begin() {
    size = 0;
  }

  void add(int component) {
    free[size++] = component;
  }

  int size() {
    return size;
  }

  double smallestPivot() {
    return smallestPivot;
  }

  /**
   * Solves into {@code w}; components not free become 0.
   *
   * @return whether H_FF is positive definite; if not, the system is solved all the same by LU
   */
  boolean solve(double[] h, int hFrom, double[] v, int vFrom, double[] w, int wFrom) {
    java.util.Arrays.fill(w, wFrom, wFrom + n, 0);
    copy(h, hFrom, v, vFrom);
    boolean definite = Cholesky.factorize(matrix, size, size);
    if (definite) {
      smallestPivot = Double.POSITIVE_INFINITY;
      for (int i = 0; i < size; i++) {
        double l = matrix[i * size + i];
        smallestPivot = Math.min(smallestPivot, l * l);
      }
      Cholesky.solve(matrix, size, right);
    } else {
      copy(h, hFrom, v, vFrom);
      smallestPivot = Double.NaN;
      Lu.solve(matrix, right, size);
    }
    for (int i = 0; i < size; i++) {
      w[wFrom + free[i]] = right[i];
    }
    return definite;
  }

  /** The symmetric part, so that rounding in H does not decide which triangle counts. */
  private void copy(double[] h, int hFrom, double[] v, int vFrom) {
    for (int i = 0; i < size; i++) {
      right[i] = v[vFrom + free[i]];
      for (int j = 0; j < size; j++) {
        double a = h[hFrom + free[i] * n + free[j]];
        double b = h[hFrom + free[j] * n + free[i]];
        matrix[i * size + j] = 0.5 * (a + b);
      }
    }
  }
}

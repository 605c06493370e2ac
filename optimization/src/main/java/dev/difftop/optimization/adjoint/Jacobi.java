package dev.difftop.optimization.adjoint;

/** Eigenvalues of small symmetric matrices by Jacobi's rotations. */
final class Jacobi {
  private static final int SWEEPS = 30;

  private Jacobi() {}

  /** The smallest eigenvalue of a finite symmetric matrix, which is overwritten. */
  static double smallestEigenvalue(double[] a, int n) {
    for (int sweep = 0; sweep < SWEEPS && offDiagonal(a, n) > 0; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, n, p, q);
        }
      }
    }
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      smallest = Math.min(smallest, a[i * n + i]);
    }
    return smallest;
  }

  /** Largest entry beside the diagonal; 0 once it is rounding. */
  private static double offDiagonal(double[] a, int n) {
    double largest = 0;
    double diagonal = 0;
    for (int i = 0; i < n; i++) {
      diagonal = Math.max(diagonal, Math.abs(a[i * n + i]));
      for (int j = i + 1; j < n; j++) {
        largest = Math.max(largest, Math.abs(a[i * n + j]));
      }
    }
    return largest <= 1e-14 * diagonal ? 0 : largest;
  }

  private static void rotate(double[] a, int n, int p, int q) {
    double off = a[p * n + q];
    if (off == 0) {
      return;
    }
    double theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
    double t = Math.signum(theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    t = theta == 0 ? 1 : t;
    double c = 1 / Math.hypot(t, 1);
    double s = t * c;
    for (int k = 0; k < n; k++) {
      double akp = a[k * n + p];
      double akq = a[k * n + q];
      a[k * n + p] = c * akp - s * akq;
      a[k * n + q] = s * akp + c * akq;
    }
    for (int k = 0; k < n; k++) {
      double apk = a[p * n + k];
      double aqk = a[q * n + k];
      a[p * n + k] = c * apk - s * aqk;
      a[q * n + k] = s * apk + c * aqk;
    }
  }
}

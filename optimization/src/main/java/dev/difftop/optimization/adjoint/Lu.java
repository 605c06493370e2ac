package dev.difftop.optimization.adjoint;

/** Gaussian elimination with partial pivoting, for systems that are not positive definite. */
final class Lu {
  private Lu() {}

  /**
   * Solves {@code A x = b}; both are overwritten, b with x. Of a singular A, directions that b does
   * not depend on get nothing; if b depends on one, there is no solution and x is NaN.
   */
  static void solve(double[] a, double[] b, int n) {
    double negligible = n * Math.ulp(largest(a));
    double negligibleRight = n * Math.ulp(largest(b));
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) {
          pivot = i;
        }
      }
      swap(a, b, n, k, pivot);
      if (Math.abs(a[k * n + k]) <= negligible) {
        continue;
      }
      for (int i = k + 1; i < n; i++) {
        double factor = a[i * n + k] / a[k * n + k];
        for (int j = k + 1; j < n; j++) {
          a[i * n + j] -= factor * a[k * n + j];
        }
        b[i] -= factor * b[k];
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int j = i + 1; j < n; j++) {
        b[i] -= a[i * n + j] * b[j];
      }
      if (Math.abs(a[i * n + i]) <= negligible) {
        b[i] = Math.abs(b[i]) <= negligibleRight ? 0 : Double.NaN;
      } else {
        b[i] /= a[i * n + i];
      }
    }
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static void swap(double[] a, double[] b, int n, int k, int pivot) {
    if (k == pivot) {
      return;
    }
    for (int j = 0; j < n; j++) {
      double t = a[k * n + j];
      a[k * n + j] = a[pivot * n + j];
      a[pivot * n + j] = t;
    }
    double t = b[k];
    b[k] = b[pivot];
    b[pivot] = t;
  }
}

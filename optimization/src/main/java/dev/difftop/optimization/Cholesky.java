package dev.difftop.optimization;

/**
 * Cholesky factorisation of small dense matrices that answers with a status: not being positive
 * definite is a result, not an exception.
 */
public final class Cholesky {
  private Cholesky() {}

  /**
   * Factorises {@code A = L Lᵀ} in place, lower triangle.
   *
   * @param a shape (n, n) with row length {@code stride}; the lower triangle is read and
   *     overwritten
   * @return whether A is positive definite to working precision and finite; if not, {@code a} holds
   *     garbage
   */
  public static boolean factorize(double[] a, int n, int stride) {
    for (int j = 0; j < n; j++) {
      double original = a[j * stride + j];
      double d = original;
      for (int k = 0; k < j; k++) {
        double l = a[j * stride + k];
        d -= l * l;
      }
      if (!(d > n * Math.ulp(Math.abs(original))) || d == Double.POSITIVE_INFINITY) {
        return false;
      }
      double root = Math.sqrt(d);
      a[j * stride + j] = root;
      for (int i = j + 1; i < n; i++) {
        double sum = a[i * stride + j];
        for (int k = 0; k < j; k++) {
          sum -= a[i * stride + k] * a[j * stride + k];
        }
        a[i * stride + j] = sum / root;
      }
    }
    return true;
  }

  /** Solves {@code L Lᵀ x = b} in place, with the factor of {@link #factorize}. */
  public static void solve(double[] l, int n, int stride, double[] b, int offset, int step) {
    for (int i = 0; i < n; i++) {
      double sum = b[offset + i * step];
      for (int k = 0; k < i; k++) {
        sum -= l[i * stride + k] * b[offset + k * step];
      }
      b[offset + i * step] = sum / l[i * stride + i];
    }
    for (int i = n - 1; i >= 0; i--) {
      double sum = b[offset + i * step];
      for (int k = i + 1; k < n; k++) {
        sum -= l[k * stride + i] * b[offset + k * step];
      }
      b[offset + i * step] = sum / l[i * stride + i];
    }
  }

  /** Solves for one vector. */
  public static void solve(double[] l, int n, double[] b) {
    solve(l, n, n, b, 0, 1);
  }
}

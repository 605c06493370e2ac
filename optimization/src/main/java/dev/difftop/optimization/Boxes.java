package dev.difftop.optimization;

import dev.difftop.api.Problem;

/** The box of a problem's actions, component by component. */
public final class Boxes {
  private Boxes() {}

  /** Lower bounds of all samples, shape (B, H, nu), row-major. */
  public static double[] low(Problem problem) {
    return expand(problem, true);
  }

  /** Upper bounds of all samples, shape (B, H, nu), row-major. */
  public static double[] high(Problem problem) {
    return expand(problem, false);
  }

  private static double[] expand(Problem problem, boolean low) {
    int n = problem.spec().horizon() * problem.spec().actionSize();
    double[] out = new double[problem.batch() * n];
    for (int i = 0; i < out.length; i++) {
      out[i] = low ? problem.low(i / n, i % n) : problem.high(i / n, i % n);
    }
    return out;
  }

  /** The nearest value inside; NaN becomes the value nearest to zero. */
  public static double clamp(double value, double low, double high) {
    double v = Double.isNaN(value) ? 0 : value;
    return Math.min(Math.max(v, low), high);
  }

  /**
   * Whether a component is held by its bound: it lies on it, and the cost falls only outwards. With
   * equal bounds it is always held.
   */
  public static boolean isHeld(double u, double gradient, double low, double high) {
    return low == high || (u <= low && gradient > 0) || (u >= high && gradient < 0);
  }

  /**
   * Largest |gradient| over the free components of a sample.
   *
   * @param from index of the sample's first component in all arrays
   * @param n number of components
   * @return NaN if a gradient is not finite
   */
  public static double stationarity(
      double[] u, double[] gradient, double[] low, double[] high, int from, int n) {
    double largest = 0;
    for (int i = from; i < from + n; i++) {
      if (!Double.isFinite(gradient[i])) {
        return Double.NaN;
      }
      if (!isHeld(u[i], gradient[i], low[i], high[i])) {
        largest = Math.max(largest, Math.abs(gradient[i]));
      }
    }
    return largest;
  }
}

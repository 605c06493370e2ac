package dev.difftop.optimization;

import java.util.Arrays;

/**
 * Minimises {@code g'd + 1/2 d'Hd} over a box by projected Newton steps on the free set. H must be
 * positive definite on the free sets it meets; if not, that is the result. Tassa, Mansard, Todorov,
 * "Control-limited differential dynamic programming", 2014, section III-B; Bertsekas 1982.
 *
 * <p>One instance serves problems of one size, one after the other.
 */
public final class BoxQp {
  private static final int MAX_ITERATIONS = 100;
  private static final double SUFFICIENT_DECREASE = 0.1;

  /** A component closer to a bound than this share of its box may be put on it. */
  private static final double NEAR = 1e-8;

  private final int n;
  private final double[] solution;
  private final double[] gradient;
  private final double[] candidate;
  private final double[] step;
  private final double[] factor;
  private final int[] free;
  private final int[] previous;
  private int freeCount;

  /** For {@code n} variables. */
  public BoxQp(int n) {
    this.n = n;
    this.solution = new double[n];
    this.gradient = new double[n];
    this.candidate = new double[n];
    this.step = new double[n];
    this.factor = new double[n * n];
    this.free = new int[n];
    this.previous = new int[n];
  }

  /**
   * Solves.
   *
   * @param h symmetric, shape (n, n)
   * @param g shape (n)
   * @param low lower bounds, low &lt;= high; may be infinite
   * @param high upper bounds
   * @return whether it was solved; false if H is not positive definite on a free set, or not finite
   */
  public boolean solve(double[] h, double[] g, double[] low, double[] high) {
    for (int i = 0; i < n; i++) {
      solution[i] = Math.min(Math.max(0, low[i]), high[i]);
    }
    double value = value(h, g, solution);
    int factorized = -1;
    for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      gradient(h, g);
      if (snap(h, low, high)) {
        value = value(h, g, solution);
        gradient(h, g);
      }
      findFree(low, high);
      if (factorized < 0 || !Arrays.equals(free, 0, freeCount, previous, 0, factorized)) {
        if (!factorizeFree(h)) {
          return false;
        }
        System.arraycopy(free, 0, previous, 0, freeCount);
        factorized = freeCount;
      }
      if (freeCount == 0 || !newtonStep()) {
        return true;
      }
      double next = search(h, g, low, high, value);
      if (Double.isNaN(next)) {
        return true;
      }
      value = next;
    }
    return true;
  }

  private double value(double[] h, double[] g, double[] d) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double hd = 0;
      for (int j = 0; j < n; j++) {
        hd += h[i * n + j] * d[j];
      }
      sum += d[i] * (g[i] + 0.5 * hd);
    }
    return sum;
  }

  private void gradient(double[] h, double[] g) {
    for (int i = 0; i < n; i++) {
      double sum = g[i];
      for (int j = 0; j < n; j++) {
        sum += h[i * n + j] * solution[j];
      }
      gradient[i] = sum;
    }
  }

  /**
   * Puts components on a bound that is a hair away and that their own gradient leads beyond. Left
   * free, they would be cut off at once, and what is left of the step need not lead downwards.
   */
  private boolean snap(double[] h, double[] low, double[] high) {
    boolean any = false;
    for (int i = 0; i < n; i++) {
      double hair = NEAR * Math.min(high[i] - low[i], 1);
      double below = solution[i] - low[i];
      double above = high[i] - solution[i];
      double curvature = h[i * n + i];
      if (below > 0 && below <= hair && gradient[i] > curvature * below) {
        solution[i] = low[i];
        any = true;
      } else if (above > 0 && above <= hair && -gradient[i] > curvature * above) {
        solution[i] = high[i];
        any = true;
      }
    }
    return any;
  }

  private void findFree(double[] low, double[] high) {
    freeCount = 0;
    for (int i = 0; i < n; i++) {
      boolean held =
          low[i] == high[i]
              || (solution[i] <= low[i] && gradient[i] > 0)
              || (solution[i] >= high[i] && gradient[i] < 0);
      if (!held) {
        free[freeCount++] = i;
      }
    }
  }

  private boolean factorizeFree(double[] h) {
    for (int i = 0; i < freeCount; i++) {
      for (int j = 0; j <= i; j++) {
        factor[i * n + j] = h[free[i] * n + free[j]];
      }
    }
    return Cholesky.factorize(factor, freeCount, n);
  }

  /** Newton step on the free set; false if it is already at the minimum to rounding. */
  private boolean newtonStep() {
    for (int i = 0; i < freeCount; i++) {
      step[i] = -gradient[free[i]];
    }
    Cholesky.solve(factor, freeCount, n, step, 0, 1);
    for (int i = 0; i < freeCount; i++) {
      if (Math.abs(step[i]) > 1e-15 * (1 + Math.abs(solution[free[i]]))) {
        return true;
      }
    }
    return false;
  }

  /** Armijo search along the projected step; the new value, or NaN if nothing is to be gained. */
  private double search(double[] h, double[] g, double[] low, double[] high, double value) {
    double derivative = 0;
    for (int i = 0; i < freeCount; i++) {
      derivative += gradient[free[i]] * step[i];
    }
    for (double alpha = 1; alpha > 1e-12; alpha *= 0.5) {
      System.arraycopy(solution, 0, candidate, 0, n);
      for (int i = 0; i < freeCount; i++) {
        int k = free[i];
        candidate[k] = Math.min(Math.max(solution[k] + alpha * step[i], low[k]), high[k]);
      }
      double next = value(h, g, candidate);
      if (next <= value + SUFFICIENT_DECREASE * alpha * derivative) {
        System.arraycopy(candidate, 0, solution, 0, n);
        return next;
      }
    }
    return Double.NaN;
  }

  /** The minimiser, overwritten by the next solve. */
  public double[] solution() {
    return solution;
  }

  /** Number of free variables at the solution. */
  public int freeCount() {
    return freeCount;
  }

  /** Free variable number {@code i} at the solution. */
  public int free(int i) {
    return free[i];
  }

  /** Factor of H on the free set, row length n: what gains and adjoints need. */
  public double[] freeFactor() {
    return factor;
  }
}

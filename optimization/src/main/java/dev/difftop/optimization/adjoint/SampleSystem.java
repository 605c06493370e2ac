package dev.difftop.optimization.adjoint;

import dev.difftop.optimization.Cholesky;
import java.util.Arrays;

/**
 * The linear system of one sample on its free components F, dense:
 *
 * <pre>
 *   [ H_FF  D ] [w]   [v_F]      D: differences of the gradients of pieces that tie, (|F|, m);
 *   [ Dᵀ    0 ] [ν] = [ 0 ]         without a tie there are none
 * </pre>
 */
final class SampleSystem {
  private static final int POWER_STEPS = 6;
  private static final double FIRST_DAMPING = 1e-8;

  private final double[] h;
  private final double[] d;
  private final int size;
  private final int ties;
  private boolean definite;
  private double curvature;
  private double[] multipliers = new double[0];

  /**
   * A system.
   *
   * @param h H_FF, symmetric, row-major (size, size); left alone
   * @param d D, row-major (size, ties); left alone
   */
  SampleSystem(double[] h, double[] d, int size, int ties) {
    this.h = h;
    this.d = d;
    this.size = size;
    this.ties = ties;
  }

  /** Whether H is positive definite where the ties leave freedom. Known after a solve. */
  boolean isDefinite() {
    return definite;
  }

  /** Estimate of the smallest eigenvalue of H there; +∞ where nothing is free. */
  double curvature() {
    return curvature;
  }

  /** ν of the last solve. */
  double[] multipliers() {
    return multipliers;
  }

  /** Solves for {@code v}; returns w. If H is not definite, the system is solved all the same. */
  double[] solve(double[] v) {
    return solve(v, new double[ties]);
  }

  /** The same with another lower right-hand side than 0. */
  private double[] solve(double[] v, double[] gaps) {
    multipliers = new double[ties];
    if (size <= ties) {
      // Ties alone pin every free component down.
      definite = true;
      curvature = Double.POSITIVE_INFINITY;
      return size < ties || size == 0 ? new double[size] : solveByElimination(v, gaps, 0);
    }
    double[] bordered = bordered();
    double[] factor = bordered.clone();
    definite = Cholesky.factorize(factor, size, size);
    curvature = definite ? smallestByInversePower(factor) : smallestByJacobi(bordered);
    if (isZero(v) && isZero(gaps)) {
      return new double[size];
    }
    if (ties > 0 || !definite) {
      return solveByElimination(v, gaps, 0);
    }
    double[] w = v.clone();
    Cholesky.solve(factor, size, w);
    return w;
  }

  private static boolean isZero(double[] values) {
    for (double value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** Solves with H + λI, λ just large enough for that to be positive definite. */
  double[] solveDamped(double[] v) {
    return solveDamped(v, new double[ties]);
  }

  /** The same with another lower right-hand side than 0. */
  double[] solveDamped(double[] v, double[] gaps) {
    double[] w = solve(v, gaps);
    double scale = scale();
    for (double damping = FIRST_DAMPING; !definite && damping < 1e12; damping *= 10) {
      double[] damped = bordered();
      for (int i = 0; i < size; i++) {
        damped[i * size + i] += damping * scale;
      }
      if (Cholesky.factorize(damped, size, size)) {
        return solveByElimination(v, gaps, damping * scale);
      }
    }
    return w;
  }

  /**
   * H, plus a multiple of D Dᵀ: positive definite for a large multiple exactly if H is so on the
   * null space of Dᵀ (Finsler's lemma).
   */
  private double[] bordered() {
    double[] out = h.clone();
    double square = 0;
    for (double x : d) {
      square += x * x;
    }
    double factor = square > 0 ? 1e3 * scale() / square : 0;
    for (int i = 0; i < size && ties > 0; i++) {
      for (int j = 0; j < size; j++) {
        for (int t = 0; t < ties; t++) {
          out[i * size + j] += factor * d[i * ties + t] * d[j * ties + t];
        }
      }
    }
    return out;
  }

  private double scale() {
    double scale = 0;
    for (int i = 0; i < size; i++) {
      scale = Math.max(scale, Math.abs(h[i * size + i]));
    }
    return scale > 0 ? scale : 1;
  }

  private double[] solveByElimination(double[] v, double[] gaps, double damping) {
    int m = size + ties;
    double[] matrix = new double[m * m];
    double[] right = Arrays.copyOf(v, m);
    System.arraycopy(gaps, 0, right, size, ties);
    for (int i = 0; i < size; i++) {
      System.arraycopy(h, i * size, matrix, i * m, size);
      matrix[i * m + i] += damping;
      for (int t = 0; t < ties; t++) {
        matrix[i * m + size + t] = d[i * ties + t];
        matrix[(size + t) * m + i] = d[i * ties + t];
      }
    }
    Lu.solve(matrix, right, m);
    multipliers = Arrays.copyOfRange(right, size, m);
    return Arrays.copyOf(right, size);
  }

  /** A few steps of inverse iteration: the Rayleigh quotient bounds the eigenvalue from above. */
  private double smallestByInversePower(double[] factor) {
    double[] x = new double[size];
    for (int i = 0; i < size; i++) {
      x[i] = 1 + 0.37 * ((i * 7) % 5);
    }
    double quotient = 0;
    for (int step = 0; step < POWER_STEPS; step++) {
      double norm = Math.sqrt(dot(x, x));
      double[] next = new double[size];
      for (int i = 0; i < size; i++) {
        x[i] /= norm;
        next[i] = x[i];
      }
      Cholesky.solve(factor, size, next);
      quotient = 1 / dot(x, next);
      x = next;
    }
    return quotient;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private double smallestByJacobi(double[] matrix) {
    for (double x : matrix) {
      if (!Double.isFinite(x)) {
        return Double.NaN;
      }
    }
    return Jacobi.smallestEigenvalue(matrix.clone(), size);
  }
}

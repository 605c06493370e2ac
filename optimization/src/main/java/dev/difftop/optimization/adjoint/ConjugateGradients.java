package dev.difftop.optimization.adjoint;

/**
 * The linear systems of a batch by conjugate gradients: one Hessian-vector product of all samples
 * per iteration. A sample whose curvature turns out not to be positive, or that does not get there,
 * is left for another method. Hestenes and Stiefel 1952.
 */
final class ConjugateGradients {
  private final AdjointPrograms programs;
  private final double tolerance;

  /** With the size of the residual, relative to the right-hand side, at which it ends. */
  ConjugateGradients(AdjointPrograms programs, double tolerance) {
    this.programs = programs;
    this.tolerance = tolerance;
  }

  /** Solves into {@code into}; returns which samples are solved. */
  boolean[] solve(Linearization at, boolean[] chosen, double[] v, Solved into) {
    int n = at.n;
    double[] r = new double[at.batch * n];
    double[] p = new double[at.batch * n];
    double[] square = new double[at.batch];
    double[] goal = new double[at.batch];
    boolean[] active = chosen.clone();
    boolean[] solved = new boolean[at.batch];
    for (int b = 0; b < at.batch; b++) {
      into.curvature()[b] = Double.POSITIVE_INFINITY;
      for (int i = b * n; i < (b + 1) * n; i++) {
        into.w()[i] = 0;
        r[i] = active[b] && !at.held[i] ? v[i] : 0;
        p[i] = r[i];
      }
      square[b] = square(r, b, n);
      goal[b] = tolerance * tolerance * square[b];
      solved[b] = active[b] && square[b] == 0;
      active[b] &= !solved[b];
    }
    for (int iteration = 0; iteration < 4 * n + 20 && any(active); iteration++) {
      double[] product = programs.product(at, p);
      for (int b = 0; b < at.batch; b++) {
        if (active[b] && !advance(at, b, product, r, p, square, into)) {
          active[b] = false;
        } else if (active[b] && square[b] <= goal[b]) {
          active[b] = false;
          solved[b] = true;
          into.definite()[b] = true;
        }
      }
    }
    for (int b = 0; b < at.batch; b++) {
      into.definite()[b] |= solved[b];
    }
    return solved;
  }

  /** One iteration of a sample; false if the curvature along p is not positive. */
  private static boolean advance(
      Linearization at,
      int b,
      double[] product,
      double[] r,
      double[] p,
      double[] square,
      Solved into) {
    int n = at.n;
    double curvature = 0;
    double length = 0;
    for (int i = b * n; i < (b + 1) * n; i++) {
      curvature += p[i] * product[i];
      length += p[i] * p[i];
    }
    into.curvature()[b] = Math.min(into.curvature()[b], curvature / length);
    if (!(curvature > 0)) {
      return false;
    }
    double alpha = square[b] / curvature;
    for (int i = b * n; i < (b + 1) * n; i++) {
      into.w()[i] += alpha * p[i];
      r[i] -= at.held[i] ? 0 : alpha * product[i];
    }
    double next = square(r, b, n);
    for (int i = b * n; i < (b + 1) * n; i++) {
      p[i] = r[i] + next / square[b] * p[i];
    }
    square[b] = next;
    return true;
  }

  private static double square(double[] r, int b, int n) {
    double sum = 0;
    for (int i = b * n; i < (b + 1) * n; i++) {
      sum += r[i] * r[i];
    }
    return sum;
  }

  private static boolean any(boolean[] active) {
    for (boolean a : active) {
      if (a) {
        return true;
      }
    }
    return false;
  }
}

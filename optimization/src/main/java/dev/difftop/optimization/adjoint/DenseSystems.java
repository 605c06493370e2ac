package dev.difftop.optimization.adjoint;

import java.util.Arrays;

/** The linear systems of a batch by the columns of H on the free sets. */
final class DenseSystems {
  private final AdjointPrograms programs;

  DenseSystems(AdjointPrograms programs) {
    this.programs = programs;
  }

  /**
   * The columns of H that belong to some components of every sample: entry {@code (b, i, j)} of
   * shape (B, n, most) is {@code H_{i, wanted[b][j]}}.
   */
  double[] columns(Linearization at, int[][] wanted) {
    int most = most(wanted);
    int width = programs.width();
    double[] out = new double[at.batch * at.n * most];
    for (int from = 0; from < most; from += width) {
      double[] directions = new double[at.batch * width * at.n];
      for (int b = 0; b < at.batch; b++) {
        for (int j = from; j < Math.min(from + width, wanted[b].length); j++) {
          directions[(b * width + j - from) * at.n + wanted[b][j]] = 1;
        }
      }
      double[] products = programs.products(at, directions);
      for (int b = 0; b < at.batch; b++) {
        for (int j = from; j < Math.min(from + width, wanted[b].length); j++) {
          for (int i = 0; i < at.n; i++) {
            out[(b * at.n + i) * most + j] = products[(b * width + j - from) * at.n + i];
          }
        }
      }
    }
    return out;
  }

  private static int most(int[][] wanted) {
    return Arrays.stream(wanted).mapToInt(w -> w.length).max().orElse(0);
  }

  /**
   * Solves the systems of some samples, into {@code into}.
   *
   * @param diagonal added to H, (B, n); null for none
   * @param damped whether a curvature that is not definite is damped until it is
   */
  void solve(
      Linearization at,
      boolean[] chosen,
      int[][] free,
      double[] v,
      double[] diagonal,
      boolean damped,
      Solved into) {
    int[][] wanted = new int[at.batch][];
    for (int b = 0; b < at.batch; b++) {
      wanted[b] = chosen[b] ? free[b] : new int[0];
    }
    double[] columns = columns(at, wanted);
    for (int b = 0; b < at.batch; b++) {
      if (chosen[b]) {
        solveOne(at, b, free[b], columns, most(wanted), v, diagonal, damped, into);
      }
    }
  }

  private static void solveOne(
      Linearization at,
      int b,
      int[] free,
      double[] columns,
      int most,
      double[] v,
      double[] diagonal,
      boolean damped,
      Solved into) {
    int n = at.n;
    SampleSystem system = system(at, b, free, columns, most, diagonal);
    double[] right = new double[free.length];
    for (int i = 0; i < free.length; i++) {
      right[i] = v[b * n + free[i]];
    }
    double[] w = damped ? system.solveDamped(right) : system.solve(right);
    Arrays.fill(into.w(), b * n, (b + 1) * n, 0);
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j < free.length; j++) {
        sum += columns[(b * n + i) * most + j] * w[j];
      }
      into.hessianProduct()[b * n + i] = sum;
    }
    for (int i = 0; i < free.length; i++) {
      into.w()[b * n + free[i]] = w[i];
    }
    Arrays.fill(into.ties(), b * at.functions, (b + 1) * at.functions, 0);
    at.border(b).spread(system.multipliers(), 1, into.ties());
    into.definite()[b] = system.isDefinite();
    into.curvature()[b] = system.curvature();
  }

  /** The system of one sample; its matrix is the symmetric part, whichever triangle rounds how. */
  static SampleSystem system(
      Linearization at, int b, int[] free, double[] columns, int most, double[] diagonal) {
    int n = at.n;
    int size = free.length;
    double[] h = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double upper = columns[(b * n + free[i]) * most + j];
        double lower = columns[(b * n + free[j]) * most + i];
        h[i * size + j] = 0.5 * (upper + lower);
      }
      h[i * size + i] += diagonal == null ? 0 : diagonal[b * n + free[i]];
    }
    Border border = at.border(b);
    int ties = border.size();
    double[] d = new double[size * ties];
    for (int i = 0; i < size; i++) {
      for (int t = 0; t < ties; t++) {
        d[i * ties + t] = border.gradient(t, free[i]);
      }
    }
    return new SampleSystem(h, d, size, ties);
  }
}

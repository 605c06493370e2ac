package dev.difftop.solver.lagrangian;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The point of a polytope {@code A u <= b, E u = e, low <= u <= high} that is nearest to a wish, by
 * trying every set of active inequalities: slow, and without an iteration that could stop early.
 *
 * @param a rows of A; may depend on each other
 * @param e rows of E, likewise
 */
record Polytope(double[][] a, double[] b, double[][] e, double[] eRight, double low, double high) {
  private static final double TOLERANCE = 1e-9;

  /** The nearest point; empty if there is no point at all. */
  Optional<double[]> nearest(double[] wish) {
    List<double[]> rows = new ArrayList<>(List.of(a));
    List<Double> right = new ArrayList<>();
    Arrays.stream(b).forEach(right::add);
    for (int i = 0; i < wish.length; i++) {
      for (int side = -1; side <= 1; side += 2) {
        double[] row = new double[wish.length];
        row[i] = side;
        rows.add(row);
        right.add(side < 0 ? -low : high);
      }
    }
    for (int set = 0; set < 1 << rows.size(); set++) {
      Optional<double[]> u = stationary(wish, rows, right, set);
      if (u.isPresent()) {
        return u;
      }
    }
    return Optional.empty();
  }

  /** The solution if exactly these inequalities are active, provided that it is one. */
  private Optional<double[]> stationary(
      double[] wish, List<double[]> rows, List<Double> right, int set) {
    List<double[]> active = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (int j = 0; j < rows.size(); j++) {
      if ((set >> j & 1) == 1) {
        active.add(rows.get(j));
        values.add(right.get(j));
      }
    }
    int signed = active.size();
    List<double[]> equalities = independent(e);
    if (signed + equalities.size() > wish.length) {
      return Optional.empty();
    }
    active.addAll(equalities);
    for (double[] row : equalities) {
      values.add(eRight[Arrays.asList(e).indexOf(row)]);
    }
    double[] multipliers = multipliers(wish, active, values);
    double[] u = wish.clone();
    for (int j = 0; j < active.size(); j++) {
      if (!Double.isFinite(multipliers[j]) || (j < signed && multipliers[j] < -TOLERANCE)) {
        return Optional.empty();
      }
      for (int i = 0; i < u.length; i++) {
        u[i] -= multipliers[j] * active.get(j)[i];
      }
    }
    return isInside(u, rows, right) ? Optional.of(u) : Optional.empty();
  }

  private static List<double[]> independent(double[][] rows) {
    List<double[]> out = new ArrayList<>();
    for (double[] row : rows) {
      boolean isNew = true;
      for (double[] other : out) {
        double cosine = dot(row, other) / Math.sqrt(dot(row, row) * dot(other, other));
        isNew &= Math.abs(cosine) < 1 - TOLERANCE;
      }
      if (isNew) {
        out.add(row);
      }
    }
    return out;
  }

  /** {@code M Mᵀ μ = M wish - right}; not finite where rows depend on each other. */
  private static double[] multipliers(double[] wish, List<double[]> rows, List<Double> right) {
    int m = rows.size();
    double[][] gram = new double[m][m + 1];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        gram[i][j] = dot(rows.get(i), rows.get(j));
      }
      gram[i][m] = dot(rows.get(i), wish) - right.get(i);
    }
    for (int k = 0; k < m; k++) {
      if (gram[k][k] < TOLERANCE) {
        return new double[] {Double.NaN};
      }
      for (int i = 0; i < m; i++) {
        double factor = i == k ? 0 : gram[i][k] / gram[k][k];
        for (int j = k; j <= m; j++) {
          gram[i][j] -= factor * gram[k][j];
        }
      }
    }
    double[] out = new double[m];
    for (int k = 0; k < m; k++) {
      out[k] = gram[k][m] / gram[k][k];
    }
    return out;
  }

  private boolean isInside(double[] u, List<double[]> rows, List<Double> right) {
    for (int j = 0; j < rows.size(); j++) {
      if (dot(rows.get(j), u) > right.get(j) + TOLERANCE) {
        return false;
      }
    }
    for (int j = 0; j < e.length; j++) {
      if (Math.abs(dot(e[j], u) - eRight[j]) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}

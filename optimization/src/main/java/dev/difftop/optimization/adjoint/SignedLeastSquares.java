package dev.difftop.optimization.adjoint;

import java.util.Arrays;

/**
 * Weights w of some columns a_j with the shortest sum, {@code min |Σ w_j a_j - target|²}, where
 * {@code w_j >= 0} unless its sign is free, and a row at a bound counts only while its residual
 * points into the box: the multipliers of an optimum, those of the box included. Columns that
 * depend on earlier ones have weight 0.
 *
 * <p>By block principal pivoting, with Murty's rule once that stops to make progress: Portugal,
 * Júdice, Vicente, "A comparison of block pivoting and interior-point algorithms for linear least
 * squares problems with nonnegative variables", 1994.
 */
final class SignedLeastSquares {
  private static final int MOST_BLOCKS = 3;
  private static final double NOISE = 1e-12;

  private final double[][] columns;
  private final double[] target;
  private final boolean[] isFree;
  private final int[] side;
  private final double dependence;
  private final int rows;
  private final boolean[] isUsed;
  private final boolean[] isOut;
  private final boolean[] isIndependent;
  private final double[] weights;
  private final double[] residual;

  /**
   * A problem.
   *
   * @param columns a_j, each of so many rows
   * @param isFree whether the sign of w_j is free
   * @param side of every row: 0 inside the box, -1 at its low bound, 1 at its high one, 2 where it
   *     never counts
   * @param dependence a column counts as dependent where less than this share of it is new
   */
  SignedLeastSquares(
      double[][] columns, double[] target, boolean[] isFree, int[] side, double dependence) {
    this.columns = columns;
    this.target = target;
    this.isFree = isFree;
    this.side = side;
    this.dependence = dependence;
    this.rows = target.length;
    this.isUsed = new boolean[columns.length];
    this.isOut = new boolean[rows];
    this.isIndependent = new boolean[columns.length];
    this.weights = new double[columns.length];
    this.residual = new double[rows];
  }

  /** w. */
  double[] weights() {
    return weights;
  }

  /** Whether a column has a weight of its own, be it 0. */
  boolean isHeld(int column) {
    return isUsed[column] && isIndependent[column];
  }

  /** Solves. */
  void solve() {
    Arrays.fill(isUsed, true);
    for (int i = 0; i < rows; i++) {
      isOut[i] = side[i] == 2 || (side[i] != 0 && -target[i] * side[i] < 0);
    }
    int blocks = MOST_BLOCKS;
    int fewest = Integer.MAX_VALUE;
    for (int round = 0; round < 100 + 4 * (columns.length + rows); round++) {
      fit();
      boolean[] wrongColumns = new boolean[columns.length];
      boolean[] wrongRows = new boolean[rows];
      int wrong = findWrong(wrongColumns, wrongRows);
      if (wrong == 0) {
        return;
      }
      blocks = wrong < fewest ? MOST_BLOCKS : blocks - 1;
      fewest = Math.min(fewest, wrong);
      exchange(wrongColumns, wrongRows, blocks >= 0);
    }
  }

  /** Least squares over the used columns and the rows that count. */
  private void fit() {
    double[][] q = new double[columns.length][];
    double[][] r = new double[columns.length][columns.length];
    int[] order = new int[columns.length];
    int rank = 0;
    Arrays.fill(weights, 0);
    for (int j = 0; j < columns.length; j++) {
      double[] v = counted(columns[j]);
      double length = length(v);
      isIndependent[j] = false;
      if (isUsed[j] && rank < rows && length > 0) {
        for (int pass = 0; pass < 2; pass++) {
          for (int k = 0; k < rank; k++) {
            double along = dot(q[k], v);
            r[k][rank] += along;
            subtract(v, along, q[k]);
          }
        }
        double rest = length(v);
        if (rest > dependence * length) {
          r[rank][rank] = rest;
          scale(v, 1 / rest);
          q[rank] = v;
          order[rank++] = j;
          isIndependent[j] = true;
        } else {
          clearColumn(r, rank);
        }
      }
    }
    backSubstitute(q, r, order, rank);
    findResidual();
  }

  private static void clearColumn(double[][] r, int column) {
    for (double[] row : r) {
      row[column] = 0;
    }
  }

  private void backSubstitute(double[][] q, double[][] r, int[] order, int rank) {
    double[] right = counted(target);
    for (int k = rank - 1; k >= 0; k--) {
      double sum = dot(q[k], right);
      for (int l = k + 1; l < rank; l++) {
        sum -= r[k][l] * weights[order[l]];
      }
      weights[order[k]] = sum / r[k][k];
    }
  }

  private double[] counted(double[] column) {
    double[] out = column.clone();
    for (int i = 0; i < rows; i++) {
      out[i] = isOut[i] ? 0 : out[i];
    }
    return out;
  }

  private void findResidual() {
    for (int i = 0; i < rows; i++) {
      residual[i] = -target[i];
    }
    for (int j = 0; j < columns.length; j++) {
      if (weights[j] != 0) {
        subtract(residual, -weights[j], columns[j]);
      }
    }
  }

  private int findWrong(boolean[] wrongColumns, boolean[] wrongRows) {
    double scale = NOISE * (length(target) + 1e-300);
    double[] counted = counted(residual);
    int count = 0;
    for (int j = 0; j < columns.length; j++) {
      if (!isFree[j]) {
        boolean negative = isUsed[j] && weights[j] < 0;
        boolean wanted =
            !isUsed[j] && dot(columns[j], counted) < -(scale + dependence) * length(columns[j]);
        wrongColumns[j] = negative || wanted;
        count += wrongColumns[j] ? 1 : 0;
      }
    }
    for (int i = 0; i < rows; i++) {
      if (side[i] == 1 || side[i] == -1) {
        // At the low bound a positive derivative holds.
        double outwards = -side[i] * residual[i];
        wrongRows[i] = isOut[i] ? outwards < -scale : outwards > scale;
        count += wrongRows[i] ? 1 : 0;
      }
    }
    return count;
  }

  private void exchange(boolean[] wrongColumns, boolean[] wrongRows, boolean all) {
    for (int i = rows - 1; i >= 0; i--) {
      if (wrongRows[i]) {
        isOut[i] = !isOut[i];
        if (!all) {
          return;
        }
      }
    }
    for (int j = columns.length - 1; j >= 0; j--) {
      if (wrongColumns[j]) {
        isUsed[j] = !isUsed[j];
        if (!all) {
          return;
        }
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double length(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  private static void subtract(double[] from, double factor, double[] what) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= factor * what[i];
    }
  }

  private static void scale(double[] a, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] *= factor;
    }
  }
}

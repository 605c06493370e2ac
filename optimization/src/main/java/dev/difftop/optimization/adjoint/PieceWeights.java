package dev.difftop.optimization.adjoint;

import dev.difftop.api.array.DType;
import java.util.Arrays;

/**
 * The weights λ of the pieces of {@code J = max_i J_i} and the multipliers μ of the limits at a
 * point: those with which {@code |Σ λ_i ∇J_i + Σ μ_j ∇g_j|} is shortest on the free set, over the
 * pieces that tie with the largest, the equalities and the inequalities that are nearly 0. Away
 * from kinks and limits the largest piece has all weight.
 */
final class PieceWeights {
  /** Pieces nearer than this to the largest, relative to 1 + |J|, may tie with it. */
  private static final double TIE_FLOAT64 = 1e-7;

  private static final double TIE_FLOAT32 = 1e-4;
  private static final double NO_WEIGHT = 1e-9;
  private static final double DEPENDENT_FLOAT64 = 1e-10;
  private static final double DEPENDENT_FLOAT32 = 1e-5;

  private final Linearization at;
  private final Conditions conditions;
  private final double near;
  private final double dependent;
  private final int n;
  private final int functions;

  PieceWeights(Linearization at, DType dtype) {
    boolean coarse = dtype == DType.FLOAT32;
    this.at = at;
    this.conditions = at.conditions;
    this.near = coarse ? TIE_FLOAT32 : TIE_FLOAT64;
    this.dependent = coarse ? DEPENDENT_FLOAT32 : DEPENDENT_FLOAT64;
    this.n = at.n;
    this.functions = at.functions;
  }

  /** Sets weights, active limits, gradient and held components of a sample. */
  void find(int b) {
    int from = b * functions;
    int largest = 0;
    for (int p = 1; p < conditions.pieces(); p++) {
      largest = at.values[from + p] > at.values[from + largest] ? p : largest;
    }
    Arrays.fill(at.weights, from, from + functions, 0);
    Arrays.fill(at.isActive, from, from + functions, false);
    at.weights[from + largest] = 1;
    at.combine(b);
    int[] candidates = candidates(from, largest);
    if (candidates.length > 1 && isFinite(b, candidates)) {
      balance(b, candidates);
    }
  }

  /** The largest piece first, then others that may tie with it, then limits that may be active. */
  private int[] candidates(int from, int largest) {
    int[] out = new int[functions];
    int count = 0;
    out[count++] = largest;
    double top = at.values[from + largest];
    for (int p = 0; p < functions; p++) {
      double value = at.values[from + p];
      boolean close =
          p < conditions.pieces()
              ? p != largest && top - value <= near * (1 + Math.abs(top))
              : conditions.isEquality(p) || value >= -near || at.isExpected[from + p];
      if (close) {
        out[count++] = p;
      }
    }
    return Arrays.copyOf(out, count);
  }

  private boolean isFinite(int b, int[] candidates) {
    for (int p : candidates) {
      for (int i = 0; i < n; i++) {
        if (!Double.isFinite(at.gradients[(b * functions + p) * n + i])) {
          return false;
        }
      }
    }
    return true;
  }

  /** A further row asks the weights of the pieces to have sum 1. */
  private void balance(int b, int[] candidates) {
    double scale = 0;
    double[][] columns = new double[candidates.length][n + 1];
    boolean[] isFree = new boolean[candidates.length];
    for (int c = 0; c < candidates.length; c++) {
      int k = (b * functions + candidates[c]) * n;
      System.arraycopy(at.gradients, k, columns[c], 0, n);
      isFree[c] = conditions.isEquality(candidates[c]);
      for (int i = 0; i < n && candidates[c] < conditions.pieces(); i++) {
        scale = Math.max(scale, Math.abs(columns[c][i]));
      }
    }
    double sum = scale > 0 ? scale : 1;
    for (int c = 0; c < candidates.length; c++) {
      columns[c][n] = candidates[c] < conditions.pieces() ? sum : 0;
    }
    double[] target = new double[n + 1];
    target[n] = sum;
    SignedLeastSquares squares =
        new SignedLeastSquares(columns, target, isFree, sides(b), dependent);
    squares.solve();
    take(b, candidates, columns, squares, NO_WEIGHT * (1 + scale));
    at.combine(b);
  }

  private int[] sides(int b) {
    int[] side = new int[n + 1];
    for (int i = 0; i < n; i++) {
      int k = b * n + i;
      if (at.low[k] == at.high[k]) {
        side[i] = 2;
      } else {
        side[i] = at.u[k] <= at.low[k] ? -1 : at.u[k] >= at.high[k] ? 1 : 0;
      }
    }
    return side;
  }

  /** What has next to no weight is not part of a tie, and does not hold. */
  private void take(
      int b, int[] candidates, double[][] columns, SignedLeastSquares found, double nothing) {
    int from = b * functions;
    double sum = 0;
    for (int c = 0; c < candidates.length; c++) {
      int p = candidates[c];
      double weight = found.weights()[c];
      if (p < conditions.pieces()) {
        at.weights[from + p] = weight < NO_WEIGHT ? 0 : weight;
        sum += at.weights[from + p];
      } else {
        double pull = 0;
        for (int i = 0; i < n; i++) {
          pull = Math.max(pull, Math.abs(weight * columns[c][i]));
        }
        boolean holds = found.isHeld(c) && (conditions.isEquality(p) || pull > nothing);
        at.isActive[from + p] = holds;
        at.weights[from + p] = holds ? weight : 0;
      }
    }
    for (int p = 0; p < functions; p++) {
      at.weights[from + p] /= sum;
    }
  }
}

package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.BoxQp;
import java.util.Arrays;

/**
 * Minimises {@code max_i (v_i + g_i'd) + 1/2 d'Bd} over a box, B positive definite: a step for the
 * largest of a few functions. The weights λ of the pieces maximise the dual; mass moves between the
 * two pieces that disagree most until all with a positive weight are equal. Without a second piece
 * it is the box QP itself.
 */
final class MinimaxQp {
  private static final int MOST_MOVES = 500;
  private static final int MOST_HALVINGS = 40;

  private final int n;
  private final int pieces;
  private final BoxQp qp;
  private final double[] combined;
  private final double[] change;
  private final double[] model;
  private final double[] weights;

  MinimaxQp(int n, int pieces) {
    this.n = n;
    this.pieces = pieces;
    this.qp = new BoxQp(n);
    this.combined = new double[n];
    this.change = new double[pieces];
    this.model = new double[pieces];
    this.weights = new double[pieces];
  }

  /**
   * Solves.
   *
   * @param b shape (n, n)
   * @param values v, shape (k)
   * @param gradients g, shape (k, n)
   * @param start weights to begin with, at least 0, with sum 1; overwritten by those of the
   *     solution
   * @param closeness the models of weighted pieces may differ by this share of the decrease
   * @return whether it was solved; false if B is not positive definite on a free set, or not finite
   */
  boolean solve(
      double[] b,
      double[] values,
      double[] gradients,
      double[] low,
      double[] high,
      double[] start,
      double closeness) {
    System.arraycopy(start, 0, weights, 0, pieces);
    if (!solveWeighted(b, values, gradients, low, high)) {
      return false;
    }
    double now = largest(values);
    for (int move = 0; move < MOST_MOVES && pieces > 1; move++) {
      int up = argMax();
      int down = lowestWithWeight();
      double gap = model[up] - model[down];
      if (!Double.isFinite(gap)) {
        return false;
      }
      double decrease = Math.abs(now - model[up]);
      double tolerance = closeness * decrease + 1e-15 * Math.abs(now);
      if (gap <= tolerance) {
        break;
      }
      if (!moveMass(b, values, gradients, low, high, down, up, tolerance)) {
        return false;
      }
    }
    System.arraycopy(weights, 0, start, 0, pieces);
    return true;
  }

  /** Moves weight from one piece to another until their models agree, or there is no more. */
  private boolean moveMass(
      double[] b,
      double[] values,
      double[] gradients,
      double[] low,
      double[] high,
      int from,
      int to,
      double tolerance) {
    double mass = weights[from];
    double kept = weights[to];
    double near = 0;
    double far = mass;
    double atNear = model[to] - model[from];
    double atFar = Double.NaN;
    double moved = mass;
    for (int i = 0; i < MOST_HALVINGS; i++) {
      weights[from] = mass - moved;
      weights[to] = kept + moved;
      if (!solveWeighted(b, values, gradients, low, high)) {
        return false;
      }
      double gap = model[to] - model[from];
      if (!Double.isFinite(gap)) {
        return false;
      }
      if (Math.abs(gap) <= tolerance || (moved == mass && gap >= 0)) {
        return true;
      }
      // Regula falsi after Illinois: the end that stays counts half, so that both close in.
      if (gap > 0) {
        near = moved;
        atNear = gap;
        atFar *= 0.5;
      } else {
        far = moved;
        atNear = Double.isNaN(atFar) ? atNear : 0.5 * atNear;
        atFar = gap;
      }
      double secant = near + (far - near) * atNear / (atNear - atFar);
      // Gaps that have both been halved to nothing have no secant.
      moved = Double.isFinite(secant) ? secant : 0.5 * (near + far);
    }
    return true;
  }

  private boolean solveWeighted(
      double[] b, double[] values, double[] gradients, double[] low, double[] high) {
    Arrays.fill(combined, 0);
    for (int p = 0; p < pieces; p++) {
      for (int i = 0; i < n && weights[p] != 0; i++) {
        combined[i] += weights[p] * gradients[p * n + i];
      }
    }
    if (!qp.solve(b, combined, low, high)) {
      return false;
    }
    for (int p = 0; p < pieces; p++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += gradients[p * n + i] * qp.solution()[i];
      }
      change[p] = sum;
      model[p] = values[p] + sum;
    }
    return true;
  }

  private static double largest(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double v : values) {
      max = Math.max(max, v);
    }
    return max;
  }

  private int argMax() {
    int best = 0;
    for (int p = 1; p < pieces; p++) {
      best = model[p] > model[best] ? p : best;
    }
    return best;
  }

  private int lowestWithWeight() {
    int best = -1;
    for (int p = 0; p < pieces; p++) {
      if (weights[p] > 0 && (best < 0 || model[p] < model[best])) {
        best = p;
      }
    }
    return best;
  }

  /** The minimiser, overwritten by the next solve. */
  double[] step() {
    return qp.solution();
  }

  /**
   * By how much the largest linearised piece is lower at the minimiser than {@code from}; without
   * taking a cost from another that it drowns in.
   *
   * @param values v of the last solve
   */
  double decrease(double[] values, double from) {
    double least = Double.POSITIVE_INFINITY;
    for (int p = 0; p < pieces; p++) {
      least = Math.min(least, from - values[p] - change[p]);
    }
    return least;
  }
}

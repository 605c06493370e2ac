package dev.difftop.optimization.adjoint;

import dev.difftop.api.Solution;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Boxes;
import java.util.Arrays;

/**
 * A batch of points with the first derivatives of the pieces of J and of the limits there, their
 * weights and multipliers, and the components that a bound holds. Arrays are row-major, (B, n)
 * unless said otherwise.
 */
final class Linearization {
  final int batch;
  final int n;
  final Conditions conditions;

  /** k: pieces of J, then limits. */
  final int functions;

  final double[] u;
  final double[] low;
  final double[] high;

  /** J of each piece and value of each limit, (B, k). */
  final double[] values;

  /** Their derivatives in u, (B, k, n). */
  final double[] gradients;

  /** λ of each piece, at least 0, with sum 1, and μ of each limit, (B, k). */
  final double[] weights;

  /** Whether a limit is active, so that it is held; of pieces of no meaning, (B, k). */
  final boolean[] isActive;

  /** Whether whoever solved says that a limit has a multiplier, (B, k). */
  final boolean[] isExpected;

  /** Σ λ_i dJ_i/du + Σ μ_j dg_j/du. */
  final double[] gradient;

  final boolean[] held;

  Linearization(double[] u, double[] low, double[] high, int batch, Conditions conditions) {
    this.batch = batch;
    this.n = u.length / batch;
    this.conditions = conditions;
    this.functions = conditions.count();
    int k = functions;
    this.u = u;
    this.low = low;
    this.high = high;
    this.values = new double[batch * k];
    this.gradients = new double[batch * k * n];
    this.weights = new double[batch * k];
    this.isActive = new boolean[batch * k];
    this.isExpected = new boolean[batch * k];
    this.gradient = new double[batch * n];
    this.held = new boolean[batch * n];
  }

  /**
   * Takes from a solution which limits may be active, however far from 0 its tolerance left them.
   */
  void expect(Solution solution) {
    solution.multipliers().ifPresent(this::expect);
  }

  private void expect(Solution.Multipliers multipliers) {
    int stages = multipliers.stages().size() / batch;
    int last = multipliers.last().size() / batch;
    for (int b = 0; b < batch; b++) {
      int from = b * functions + conditions.pieces();
      for (int j = 0; j < stages; j++) {
        isExpected[from + j] = multipliers.stages().get(b * stages + j) != 0;
      }
      for (int j = 0; j < last; j++) {
        isExpected[from + stages + j] = multipliers.last().get(b * last + j) != 0;
      }
    }
  }

  /** Finds weights, multipliers, gradient and held components of every sample. */
  void settle(DType dtype) {
    PieceWeights finder = new PieceWeights(this, dtype);
    for (int b = 0; b < batch; b++) {
      finder.find(b);
    }
  }

  /** Computes a sample's gradient from its weights, and from that what is held. */
  void combine(int b) {
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int p = 0; p < functions; p++) {
        double weight = weights[b * functions + p];
        sum += weight == 0 ? 0 : weight * gradients[(b * functions + p) * n + i];
      }
      gradient[b * n + i] = sum;
      held[b * n + i] = Boxes.isHeld(u[b * n + i], sum, low[b * n + i], high[b * n + i]);
    }
  }

  /** Largest |gradient| over the free components of a sample; NaN if one is not finite. */
  double stationarity(int b) {
    return Boxes.stationarity(u, gradient, low, high, b * n, n);
  }

  /** Share of a sample's components held by a bound. */
  double saturated(int b) {
    return (n - free(b).length) / (double) n;
  }

  /** The free components of a sample. */
  int[] free(int b) {
    int count = 0;
    int[] all = new int[n];
    for (int i = 0; i < n; i++) {
      if (!held[b * n + i]) {
        all[count++] = i;
      }
    }
    return Arrays.copyOf(all, count);
  }

  /** What holds a sample beside its bounds. */
  Border border(int b) {
    return new Border(this, b);
  }

  /** Whether the held component lies at its low bound; with equal bounds the multiplier decides. */
  boolean isAtLow(int k) {
    return u[k] <= low[k] && (gradient[k] > 0 || u[k] < high[k]);
  }
}

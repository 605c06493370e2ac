package dev.difftop.optimization.adjoint;

import dev.difftop.api.DType;
import dev.difftop.optimization.Boxes;

/**
 * A batch of points with the first derivatives of the pieces of J there, the weights of the pieces
 * and the components that a bound holds. Arrays are row-major, (B, n) unless said otherwise.
 */
final class Linearization {
  final int batch;
  final int n;
  final int pieces;
  final double[] u;
  final double[] low;
  final double[] high;

  /** J of each piece, (B, k). */
  final double[] values;

  /** dJ/du of each piece, (B, k, n). */
  final double[] slopes;

  /** λ of each piece, at least 0, with sum 1, (B, k). */
  final double[] weights;

  /** Σ λ_i dJ_i/du. */
  final double[] gradient;

  final boolean[] held;

  Linearization(double[] u, double[] low, double[] high, int batch, int pieces) {
    this.batch = batch;
    this.n = u.length / batch;
    this.pieces = pieces;
    this.u = u;
    this.low = low;
    this.high = high;
    this.values = new double[batch * pieces];
    this.slopes = new double[batch * pieces * n];
    this.weights = new double[batch * pieces];
    this.gradient = new double[batch * n];
    this.held = new boolean[batch * n];
  }

  /** Finds weights, gradient and held components of every sample from values and slopes. */
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
      for (int p = 0; p < pieces; p++) {
        double weight = weights[b * pieces + p];
        sum += weight == 0 ? 0 : weight * slopes[(b * pieces + p) * n + i];
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
    return java.util.Arrays.copyOf(all, count);
  }

  /** The pieces of a sample that have weight: more than one at a tie. */
  int[] tied(int b) {
    int count = 0;
    int[] all = new int[pieces];
    for (int p = 0; p < pieces; p++) {
      if (weights[b * pieces + p] > 0) {
        all[count++] = p;
      }
    }
    return java.util.Arrays.copyOf(all, count);
  }

  /** Whether the held component lies at its low bound; with equal bounds the multiplier decides. */
  boolean isAtLow(int k) {
    return u[k] <= low[k] && (gradient[k] > 0 || u[k] < high[k]);
  }
}

package dev.difftop.optimization.adjoint;

import dev.difftop.api.DType;
import java.util.Arrays;

/**
 * The weights λ of the pieces of {@code J = max_i J_i} at a point: those with which {@code |Σ λ_i
 * ∇J_i|} is smallest on the free set, over the pieces that tie with the largest. At an optimum on
 * the kink they are the multipliers of the pieces; away from a kink the largest piece has all.
 */
final class PieceWeights {
  /** Pieces nearer than this to the largest, relative to 1 + |J|, may tie with it. */
  private static final double TIE_FLOAT64 = 1e-7;

  private static final double TIE_FLOAT32 = 1e-4;

  private static final int ROUNDS = 10;
  private static final int SWEEPS = 100;
  private static final double NO_WEIGHT = 1e-9;

  private final Linearization at;
  private final double tolerance;
  private final int n;
  private final int pieces;

  PieceWeights(Linearization at, DType dtype) {
    this.at = at;
    this.tolerance = dtype == DType.FLOAT32 ? TIE_FLOAT32 : TIE_FLOAT64;
    this.n = at.n;
    this.pieces = at.pieces;
  }

  /** Sets weights, gradient and held components of a sample. */
  void find(int b) {
    int largest = b * pieces;
    for (int p = 1; p < pieces; p++) {
      largest = at.values[b * pieces + p] > at.values[largest] ? b * pieces + p : largest;
    }
    Arrays.fill(at.weights, b * pieces, (b + 1) * pieces, 0);
    at.weights[largest] = 1;
    at.combine(b);
    boolean[] close = new boolean[pieces];
    double top = at.values[largest];
    int count = 0;
    for (int p = 0; p < pieces; p++) {
      close[p] = top - at.values[b * pieces + p] <= tolerance * (1 + Math.abs(top));
      count += close[p] ? 1 : 0;
    }
    if (count > 1) {
      balance(b, close);
    }
  }

  /** The free set depends on the weights and they on it: a few rounds settle both. */
  private void balance(int b, boolean[] close) {
    boolean[] counted = new boolean[n];
    for (int i = 0; i < n; i++) {
      counted[i] = !at.held[b * n + i];
    }
    for (int round = 0; round < ROUNDS; round++) {
      sweep(b, close, counted);
      at.combine(b);
      boolean same = true;
      for (int i = 0; i < n; i++) {
        same &= counted[i] == !at.held[b * n + i];
        counted[i] = !at.held[b * n + i];
      }
      if (same) {
        break;
      }
    }
    drop(b);
  }

  /** Moves weight between pairs of pieces until the combined gradient is shortest. */
  private void sweep(int b, boolean[] close, boolean[] counted) {
    for (int s = 0; s < SWEEPS; s++) {
      double moved = 0;
      for (int p = 0; p < pieces; p++) {
        for (int q = p + 1; q < pieces; q++) {
          if (close[p] && close[q]) {
            moved = Math.max(moved, Math.abs(move(b, p, q, counted)));
          }
        }
      }
      if (moved < 1e-14) {
        return;
      }
    }
  }

  /** Minimises over the weight that goes from piece q to piece p. */
  private double move(int b, int p, int q, boolean[] counted) {
    int from = b * pieces;
    double along = 0;
    double square = 0;
    for (int i = 0; i < n; i++) {
      if (counted[i]) {
        double difference = at.slopes[(from + p) * n + i] - at.slopes[(from + q) * n + i];
        double sum = 0;
        for (int r = 0; r < pieces; r++) {
          sum += at.weights[from + r] * at.slopes[(from + r) * n + i];
        }
        along += difference * sum;
        square += difference * difference;
      }
    }
    if (!(square > 0)) {
      return 0;
    }
    double step = Math.max(-at.weights[from + p], Math.min(-along / square, at.weights[from + q]));
    at.weights[from + p] += step;
    at.weights[from + q] -= step;
    return step;
  }

  /** A piece with next to no weight is not part of the tie. */
  private void drop(int b) {
    double sum = 0;
    for (int p = 0; p < pieces; p++) {
      int k = b * pieces + p;
      at.weights[k] = at.weights[k] < NO_WEIGHT ? 0 : at.weights[k];
      sum += at.weights[k];
    }
    for (int p = 0; p < pieces; p++) {
      at.weights[b * pieces + p] /= sum;
    }
    at.combine(b);
  }
}

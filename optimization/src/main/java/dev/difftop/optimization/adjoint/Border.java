package dev.difftop.optimization.adjoint;

import java.util.Arrays;

/**
 * What holds a sample beside its bounds, as equations {@code gap = 0}: pieces of J with weight are
 * equal to the first of them, active limits are 0.
 */
final class Border {
  private final Linearization at;
  private final int from;
  private final int first;
  private final int[] functions;

  /** Of a sample whose weights are settled. */
  Border(Linearization at, int b) {
    this.at = at;
    this.from = b * at.functions;
    int[] all = new int[at.functions];
    int count = 0;
    int reference = -1;
    for (int p = 0; p < at.functions; p++) {
      boolean isPiece = p < at.conditions.pieces();
      if (isPiece ? at.weights[from + p] > 0 : at.isActive[from + p]) {
        if (isPiece && reference < 0) {
          reference = p;
        } else {
          all[count++] = p;
        }
      }
    }
    this.first = reference;
    this.functions = Arrays.copyOf(all, count);
  }

  /** Number of equations. */
  int size() {
    return functions.length;
  }

  private boolean isPiece(int t) {
    return functions[t] < at.conditions.pieces();
  }

  /** Derivative of equation t in a component of the sample's actions. */
  double gradient(int t, int component) {
    double derivative = at.gradients[(from + functions[t]) * at.n + component];
    return isPiece(t) ? derivative - at.gradients[(from + first) * at.n + component] : derivative;
  }

  /** What is to be 0 in equation t. */
  double gap(int t) {
    double value = at.values[from + functions[t]];
    return isPiece(t) ? value - at.values[from + first] : value;
  }

  /** Minus all gaps: the right-hand side that closes them. */
  double[] gapsToClose() {
    double[] out = new double[size()];
    for (int t = 0; t < out.length; t++) {
      out[t] = -gap(t);
    }
    return out;
  }

  /** Adds a factor times the multipliers of the equations to those of the functions, (B, k). */
  void spread(double[] multipliers, double factor, double[] into) {
    for (int t = 0; t < multipliers.length; t++) {
      into[from + functions[t]] += factor * multipliers[t];
      if (isPiece(t)) {
        into[from + first] -= factor * multipliers[t];
      }
    }
  }
}

package dev.difftop.optimization.stagewise;

import java.util.Arrays;

/**
 * Arithmetic on many samples at once. An entry of a small matrix is an array with one number per
 * lane, so that every loop here goes over neighbouring numbers of whole arrays, which is what
 * compilers make vector instructions of: no offsets, few arrays. No lane looks at another: what a
 * lane computes has the same bits wherever it stands and whatever the others hold.
 */
final class Lanes {
  /**
   * Fewer lanes than this go through loops of their own, with the same sums in the same order: if
   * the compiler saw very short loops among the long ones, it would make poor code for all.
   */
  private static final int FEW = 16;

  private Lanes() {}

  /** So many entries of zeros. */
  static double[][] entries(int count, int width) {
    return new double[count][width];
  }

  /**
   * States x_t and actions u_t as stages [x_t; u_t], at the end x_H alone: the same arrays, not
   * copies.
   */
  static double[][][] joined(double[][][] states, double[][][] actions) {
    double[][][] stages = new double[states.length][][];
    for (int t = 0; t < actions.length; t++) {
      int nx = states[t].length;
      stages[t] = Arrays.copyOf(states[t], nx + actions[t].length);
      System.arraycopy(actions[t], 0, stages[t], nx, actions[t].length);
    }
    stages[actions.length] = states[actions.length];
    return stages;
  }

  /**
   * {@code y = c + M w}.
   *
   * @param matrix symmetric, (w.length, w.length); its lower triangle is read
   */
  static void setSymmetricProducts(
      double[][] y, double[][] c, double[][] matrix, double[][] w, int lanes) {
    int n = w.length;
    for (int i = 0; i < n; i++) {
      setProducts(y[i], c[i], matrix, i * n, 1, w, 0, 1, i + 1, lanes);
      addProducts(y[i], matrix, (i + 1) * n + i, n, w, i + 1, 1, n - i - 1, lanes);
    }
  }

  /**
   * {@code y = y + Σ_k a_k b_k}.
   *
   * @param a index of the first a; stepA from one to the next; likewise for b
   * @param terms number of k
   * @param lanes how many lanes
   */
  static void addProducts(
      double[] y,
      double[][] as,
      int a,
      int stepA,
      double[][] bs,
      int b,
      int stepB,
      int terms,
      int lanes) {
    if (lanes < FEW) {
      for (int l = 0; l < lanes; l++) {
        y[l] = sum(y[l], as, a, stepA, bs, b, stepB, terms, l);
      }
      return;
    }
    int k = 0;
    for (; k + 3 <= terms; k += 3) {
      int i = a + k * stepA;
      int j = b + k * stepB;
      double[] a1 = as[i + stepA];
      double[] b1 = bs[j + stepB];
      addThree(y, as[i], bs[j], a1, b1, as[i + 2 * stepA], bs[j + 2 * stepB], lanes);
    }
    int i = a + k * stepA;
    int j = b + k * stepB;
    if (terms - k == 2) {
      addTwo(y, as[i], bs[j], as[i + stepA], bs[j + stepB], lanes);
    } else if (terms - k == 1) {
      addProduct(y, as[i], bs[j], lanes);
    }
  }

  /** {@code y = Σ_k a_k b_k}, likewise; terms is at least 1. */
  static void setProducts(
      double[] y,
      double[][] as,
      int a,
      int stepA,
      double[][] bs,
      int b,
      int stepB,
      int terms,
      int lanes) {
    if (lanes < FEW) {
      for (int l = 0; l < lanes; l++) {
        double first = as[a][l] * bs[b][l];
        double two = terms == 1 ? first : first + as[a + stepA][l] * bs[b + stepB][l];
        int i = a + 2 * stepA;
        int j = b + 2 * stepB;
        double three = terms <= 2 ? two : two + as[i][l] * bs[j][l];
        y[l] = sum(three, as, i + stepA, stepA, bs, j + stepB, stepB, terms - 3, l);
      }
      return;
    }
    if (terms == 1) {
      setProduct(y, as[a], bs[b], lanes);
      return;
    }
    double[] a1 = as[a + stepA];
    double[] b1 = bs[b + stepB];
    int i = a + 2 * stepA;
    int j = b + 2 * stepB;
    if (terms == 2) {
      setTwo(y, as[a], bs[b], a1, b1, lanes);
      return;
    }
    setThree(y, as[a], bs[b], a1, b1, as[i], bs[j], lanes);
    addProducts(y, as, i + stepA, stepA, bs, j + stepB, stepB, terms - 3, lanes);
  }

  private static void setProduct(double[] y, double[] a, double[] b, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = a[l] * b[l];
    }
  }

  private static void setTwo(
      double[] y, double[] a0, double[] b0, double[] a1, double[] b1, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = a0[l] * b0[l] + a1[l] * b1[l];
    }
  }

  private static void setThree(
      double[] y,
      double[] a0,
      double[] b0,
      double[] a1,
      double[] b1,
      double[] a2,
      double[] b2,
      int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = a0[l] * b0[l] + a1[l] * b1[l] + a2[l] * b2[l];
    }
  }

  /** {@code y = c + Σ_k a_k b_k}, likewise; terms is at least 1. */
  static void setProducts(
      double[] y,
      double[] c,
      double[][] as,
      int a,
      int stepA,
      double[][] bs,
      int b,
      int stepB,
      int terms,
      int lanes) {
    if (lanes < FEW) {
      for (int l = 0; l < lanes; l++) {
        double first = c[l] + as[a][l] * bs[b][l];
        y[l] = sum(first, as, a + stepA, stepA, bs, b + stepB, stepB, terms - 1, l);
      }
      return;
    }
    setSum(y, c, as[a], bs[b], lanes);
    addProducts(y, as, a + stepA, stepA, bs, b + stepB, stepB, terms - 1, lanes);
  }

  private static void setSum(double[] y, double[] c, double[] a, double[] b, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = c[l] + a[l] * b[l];
    }
  }

  /** One lane of {@code from + Σ_k a_k b_k}, three terms at a time as with many lanes. */
  private static double sum(
      double from,
      double[][] as,
      int a,
      int stepA,
      double[][] bs,
      int b,
      int stepB,
      int terms,
      int l) {
    double sum = from;
    int k = 0;
    for (; k + 3 <= terms; k += 3) {
      int i = a + k * stepA;
      int j = b + k * stepB;
      double two = as[i][l] * bs[j][l] + as[i + stepA][l] * bs[j + stepB][l];
      sum += two + as[i + 2 * stepA][l] * bs[j + 2 * stepB][l];
    }
    int i = a + k * stepA;
    int j = b + k * stepB;
    if (terms - k == 2) {
      return sum + (as[i][l] * bs[j][l] + as[i + stepA][l] * bs[j + stepB][l]);
    }
    return terms - k == 1 ? sum + as[i][l] * bs[j][l] : sum;
  }

  /**
   * Three terms in one go, so that y is loaded and stored once for all; with more, compilers make
   * no vector instructions of it.
   */
  private static void addThree(
      double[] y,
      double[] a0,
      double[] b0,
      double[] a1,
      double[] b1,
      double[] a2,
      double[] b2,
      int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] += a0[l] * b0[l] + a1[l] * b1[l] + a2[l] * b2[l];
    }
  }

  /** Two terms likewise. */
  private static void addTwo(
      double[] y, double[] a0, double[] b0, double[] a1, double[] b1, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] += a0[l] * b0[l] + a1[l] * b1[l];
    }
  }

  /** {@code y = y + a b}. */
  static void addProduct(double[] y, double[] a, double[] b, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] += a[l] * b[l];
    }
  }

  /** {@code y = y - a b}. */
  static void subtractProduct(double[] y, double[] a, double[] b, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] -= a[l] * b[l];
    }
  }

  /** {@code y = (y - Σ_k a_k b_k) scale}, term after term. */
  static void eliminate(
      double[] y,
      double[][] as,
      int a,
      int stepA,
      double[][] bs,
      int b,
      int stepB,
      int terms,
      double[] scale,
      int lanes) {
    int k = 0;
    for (; k + 2 < terms; k++) {
      subtractProduct(y, as[a + k * stepA], bs[b + k * stepB], lanes);
    }
    double[] a0 = terms > 0 ? as[a + k * stepA] : null;
    double[] b0 = terms > 0 ? bs[b + k * stepB] : null;
    if (terms - k == 2) {
      eliminateTwo(y, a0, b0, as[a + (k + 1) * stepA], bs[b + (k + 1) * stepB], scale, lanes);
    } else if (terms - k == 1) {
      eliminateOne(y, a0, b0, scale, lanes);
    } else {
      multiply(y, scale, lanes);
    }
  }

  private static void eliminateOne(double[] y, double[] a, double[] b, double[] scale, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = (y[l] - a[l] * b[l]) * scale[l];
    }
  }

  private static void eliminateTwo(
      double[] y, double[] a0, double[] b0, double[] a1, double[] b1, double[] scale, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = (y[l] - a0[l] * b0[l] - a1[l] * b1[l]) * scale[l];
    }
  }

  /** {@code y = y a}. */
  static void multiply(double[] y, double[] a, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] *= a[l];
    }
  }

  /** {@code y = y + a}. */
  static void add(double[] y, double[] a, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] += a[l];
    }
  }

  /** {@code y = a - b}. */
  static void subtract(double[] y, double[] a, double[] b, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = a[l] - b[l];
    }
  }

  /** {@code y = -a}. */
  static void negate(double[] y, double[] a, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = -a[l];
    }
  }

  /** {@code y = a}. */
  static void copy(double[] y, double[] a, int lanes) {
    System.arraycopy(a, 0, y, 0, lanes);
  }

  /** {@code y = a}, entry by entry. */
  static void copy(double[][] y, double[][] a, int lanes) {
    for (int e = 0; e < y.length; e++) {
      System.arraycopy(a[e], 0, y[e], 0, lanes);
    }
  }

  /** {@code y = a}, stage by stage. */
  static void copy(double[][][] y, double[][][] a, int lanes) {
    for (int t = 0; t < y.length; t++) {
      copy(y[t], a[t], lanes);
    }
  }

  /** {@code y = a} in the chosen lanes. */
  static void copyChosen(double[] y, double[] a, boolean[] chosen, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = chosen[l] ? a[l] : y[l];
    }
  }

  /** {@code y = a} in the chosen lanes, stage by stage. */
  static void copyChosen(double[][][] y, double[][][] a, boolean[] chosen, int lanes) {
    for (int t = 0; t < y.length; t++) {
      for (int e = 0; e < y[t].length; e++) {
        copyChosen(y[t][e], a[t][e], chosen, lanes);
      }
    }
  }

  /** Moves to the box, {@code y = min(max(y, low), high)}. */
  static void clamp(double[] y, double[] low, double[] high, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] = Math.min(Math.max(y[l], low[l]), high[l]);
    }
  }

  /** One lane of all entries. */
  static void copyLane(double[][] to, int lane, double[][] from, int fromLane) {
    for (int e = 0; e < to.length; e++) {
      to[e][lane] = from[e][fromLane];
    }
  }

  /** One lane of all entries of all stages. */
  static void copyLane(double[][][] to, int lane, double[][][] from, int fromLane) {
    for (int t = 0; t < to.length; t++) {
      copyLane(to[t], lane, from[t], fromLane);
    }
  }

  /** Zero in one lane of all entries. */
  static void clearLane(double[][] entries, int lane) {
    for (double[] entry : entries) {
      entry[lane] = 0;
    }
  }
}

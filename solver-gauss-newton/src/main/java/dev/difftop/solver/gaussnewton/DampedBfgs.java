package dev.difftop.solver.gaussnewton;

import java.util.Arrays;

/**
 * A positive definite matrix made from the last few steps and changes of gradient: damped BFGS
 * updates of a multiple of the identity. Powell 1978; Nocedal and Wright, procedure 18.2.
 */
final class DampedBfgs {
  private static final double LEAST_CURVATURE = 0.2;

  /** Pairs whose step and change are further from parallel do not set the scale. */
  private static final double LEAST_COSINE = 1e-2;

  private final int n;
  private final double[][] steps;
  private final double[][] changes;
  private final double[] matrix;
  private final double[] product;
  private final double[] damped;
  private int count;
  private int oldest;
  private double scale;

  DampedBfgs(int n, int memory) {
    this.n = n;
    this.steps = new double[memory][n];
    this.changes = new double[memory][n];
    this.matrix = new double[n * n];
    this.product = new double[n];
    this.damped = new double[n];
  }

  /** Forgets all pairs; the matrix becomes {@code scale} times the identity. */
  void reset(double scale) {
    this.scale = scale;
    count = 0;
    oldest = 0;
    build();
  }

  /** Whether there is nothing to forget. */
  boolean isEmpty() {
    return count == 0;
  }

  /** The present multiple of the identity under the updates. */
  double scale() {
    return scale;
  }

  /** Learns from a step and the change of the gradient along it, not both zero. */
  void add(double[] step, double[] change) {
    int slot = (oldest + count) % steps.length;
    if (count == steps.length) {
      oldest = (oldest + 1) % steps.length;
    } else {
      count++;
    }
    System.arraycopy(step, 0, steps[slot], 0, n);
    System.arraycopy(change, 0, changes[slot], 0, n);
    double along = dot(step, change);
    double length = dot(step, step);
    double bend = dot(change, change);
    if (along > LEAST_COSINE * Math.sqrt(length * bend) && Double.isFinite(bend / along)) {
      scale = bend / along;
    }
    build();
  }

  private void build() {
    Arrays.fill(matrix, 0);
    for (int i = 0; i < n; i++) {
      matrix[i * n + i] = scale;
    }
    for (int k = 0; k < count; k++) {
      int slot = (oldest + k) % steps.length;
      update(steps[slot], changes[slot]);
    }
  }

  private void update(double[] s, double[] y) {
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += matrix[i * n + j] * s[j];
      }
      product[i] = sum;
    }
    double sBs = dot(s, product);
    double sy = dot(s, y);
    double theta = sy >= LEAST_CURVATURE * sBs ? 1 : (1 - LEAST_CURVATURE) * sBs / (sBs - sy);
    for (int i = 0; i < n; i++) {
      damped[i] = theta * y[i] + (1 - theta) * product[i];
    }
    double sr = dot(s, damped);
    if (!(sBs > 0 && sr > 0) || !Double.isFinite(sBs + dot(damped, damped) / sr)) {
      return;
    }
    for (int i = 0; i < n; i++) {
      double more = damped[i] / sr;
      double less = product[i] / sBs;
      for (int j = 0; j < n; j++) {
        matrix[i * n + j] += more * damped[j] - less * product[j];
      }
    }
  }

  private double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The matrix, shape (n, n), overwritten by the next change. */
  double[] matrix() {
    return matrix;
  }
}

package dev.difftop.optimization;

import dev.difftop.api.array.DType;

/**
 * Where the solve of one sample is: actions, the derivatives of J there, and the candidate that is
 * tried next. All vectors have n = H nu components, row-major (H, nu).
 */
public final class Iterate {
  final int n;
  final double[] actions;
  final double[] low;
  final double[] high;
  final double[] gradient;
  final double[] hessian;
  final double[] candidate;
  double cost;
  double candidateCost;
  double expectedDecrease;
  double stationarity;

  /** Whether the sample has moved since its derivatives were computed. */
  boolean moved;

  /** Whether only the next gradient can decide on the last step. */
  boolean onTrial;

  private final double[] before;
  private double costBefore;
  private double stationarityBefore;

  /**
   * An iterate.
   *
   * @param hasHessian whether second derivatives are kept
   */
  Iterate(int n, boolean hasHessian) {
    this.n = n;
    this.actions = new double[n];
    this.low = new double[n];
    this.high = new double[n];
    this.gradient = new double[n];
    this.hessian = new double[hasHessian ? n * n : 0];
    this.candidate = new double[n];
    this.before = new double[n];
  }

  /** Begins a solve with one sample's part of the batch. */
  void begin(double[] start, double[] lows, double[] highs, int from) {
    System.arraycopy(start, from, actions, 0, n);
    System.arraycopy(start, from, candidate, 0, n);
    System.arraycopy(lows, from, low, 0, n);
    System.arraycopy(highs, from, high, 0, n);
    moved = true;
    onTrial = false;
  }

  // ------------------------------------------------------------------ what a step rule reads

  /** n, number of components. */
  public int size() {
    return n;
  }

  /** J. */
  public double cost() {
    return cost;
  }

  /** A component of u. */
  public double action(int i) {
    return actions[i];
  }

  /** Its lower bound; -∞ for none. */
  public double low(int i) {
    return low[i];
  }

  /** Its upper bound; +∞ for none. */
  public double high(int i) {
    return high[i];
  }

  /** A component of dJ/du. */
  public double gradient(int i) {
    return gradient[i];
  }

  /**
   * An entry of the second derivatives, as they were computed: in floating point they are symmetric
   * up to rounding.
   *
   * @throws IndexOutOfBoundsException if the solver was made without second derivatives
   */
  public double hessian(int i, int j) {
    return hessian[i * n + j];
  }

  /** Whether a component lies on a bound over which the cost falls, or has no room. */
  public boolean isActive(int i) {
    return Boxes.isHeld(actions[i], gradient[i], low[i], high[i]);
  }

  /** Largest |dJ/du| of the components that are not active. */
  public double stationarity() {
    return stationarity;
  }

  // ------------------------------------------------------------------ what a step rule writes

  /** Makes {@code u + d} the candidate, moved to the box. */
  public void propose(double[] d) {
    for (int i = 0; i < n; i++) {
      candidate[i] = Boxes.clamp(actions[i] + d[i], low[i], high[i]);
    }
  }

  /** How far the candidate is from u, after it was moved to the box. */
  public double step(int i) {
    return candidate[i] - actions[i];
  }

  /** Sets what the model says the candidate gains: the expected decrease of J. */
  public void expect(double decrease) {
    expectedDecrease = decrease;
  }

  // ------------------------------------------------------------------ steps

  /** Measures the gradient. */
  void measure() {
    moved = false;
    stationarity = Boxes.stationarity(actions, gradient, low, high, 0, n);
  }

  /** Whether a step on trial did not lower the gradient. */
  boolean failedTrial() {
    return onTrial && !(stationarity < stationarityBefore);
  }

  /** Goes back to where it was before the step on trial. */
  void stepBack() {
    System.arraycopy(before, 0, actions, 0, n);
    cost = costBefore;
    stationarity = stationarityBefore;
  }

  boolean isHiddenByRounding(DType dtype) {
    return Rounding.hides(expectedDecrease, cost - candidateCost, cost, dtype);
  }

  void step() {
    System.arraycopy(candidate, 0, actions, 0, n);
    cost = candidateCost;
    moved = true;
  }

  void stepOnTrial() {
    System.arraycopy(actions, 0, before, 0, n);
    costBefore = cost;
    stationarityBefore = stationarity;
    onTrial = true;
  }
}

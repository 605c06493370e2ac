package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Rounding;
import java.util.Arrays;
import java.util.Optional;

/**
 * The search of one sample: a point, the matrix, and the step that is tried. It is called in turns:
 * {@link #checkAndFindStep} at the point, {@link #propose} a candidate, {@link #receive} its values
 * and gradients.
 */
final class QuasiNewtonSearch {
  private static final Optional<Status> CONVERGED = Optional.of(Status.CONVERGED);
  private static final Optional<Status> STALLED = Optional.of(Status.STALLED);
  private static final Optional<Status> NOT_FINITE = Optional.of(Status.NOT_FINITE);
  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final double LEAST_CUT = 0.1;
  private static final double MOST_CUT = 0.6;
  private static final int MOST_REJECTIONS = 25;

  /** Steps that only the gradient can decide on and that did not lower it, before it gives up. */
  private static final int PATIENCE = 20;

  private static final double CLOSENESS = 1e-4;

  /** A start may be a maximum only if its gradient is this share of the tolerance, or less. */
  private static final double STILL = 1e-4;

  /** Step away from it, in halves of the box. */
  private static final double PROBE = 1e-3;

  private final LbfgsConfig config;
  private final ConvergenceCheck check;
  private final MinimaxQp qp;
  private final DType dtype;
  private final int n;
  private final int pieces;
  private final DampedBfgs curvature;

  private final double[] low;
  private final double[] high;
  private final double[] stepLow;
  private final double[] stepHigh;

  private final double[] point;
  private final double[] values;
  private final double[] gradients;
  private final double[] weights;
  private final double[] gradient;
  private double cost;

  private final double[] direction;
  private final double[] candidate;
  private final double[] newValues;
  private final double[] newGradients;
  private final double[] step;
  private final double[] change;
  private double expectedFull;
  private double alpha;
  private int rejections;
  private boolean searching;
  private boolean drifting;

  /** Whether a start whose gradient is zero has been looked at for being a maximum. */
  private enum Probing {
    NOT_YET,
    NOW,
    DONE
  }

  private Probing probing = Probing.NOT_YET;
  private final double[] best;
  private double bestStationarity;
  private double referenceCost;
  private int failures;

  QuasiNewtonSearch(LbfgsConfig config, MinimaxQp qp, int n, int pieces, DType dtype) {
    this.config = config;
    this.check = config.check();
    this.qp = qp;
    this.dtype = dtype;
    this.n = n;
    this.pieces = pieces;
    this.curvature = new DampedBfgs(n, config.memory());
    this.low = new double[n];
    this.high = new double[n];
    this.stepLow = new double[n];
    this.stepHigh = new double[n];
    this.point = new double[n];
    this.values = new double[pieces];
    this.gradients = new double[pieces * n];
    this.weights = new double[pieces];
    this.gradient = new double[n];
    this.direction = new double[n];
    this.candidate = new double[n];
    this.newValues = new double[pieces];
    this.newGradients = new double[pieces * n];
    this.step = new double[n];
    this.change = new double[n];
    this.best = new double[n];
  }

  /** Starts anew from this sample's part of the actions and the box. */
  void begin(double[] start, double[] allLow, double[] allHigh, int from) {
    System.arraycopy(start, from, point, 0, n);
    System.arraycopy(allLow, from, low, 0, n);
    System.arraycopy(allHigh, from, high, 0, n);
    searching = false;
    drifting = false;
    probing = Probing.NOT_YET;
    failures = 0;
  }

  /** Values and gradients at the start. */
  void receiveStart(Array allValues, Array allGradients, int row) {
    allValues.read(row * pieces, values, 0, pieces);
    allGradients.read(row * pieces * n, gradients, 0, pieces * n);
    cost = largest(values);
    referenceCost = cost;
    bestStationarity = Double.POSITIVE_INFINITY;
    Arrays.fill(weights, 0);
    int top = 0;
    for (int p = 1; p < pieces; p++) {
      top = values[p] > values[top] ? p : top;
    }
    weights[top] = 1;
    curvature.reset(firstScale());
  }

  /** The multiple of the identity with which the first step is as long as the settings say. */
  private double firstScale() {
    combine(gradients, gradient);
    double scale = 0;
    for (int i = 0; i < n; i++) {
      double width = high[i] - low[i];
      if (width > 0 && !Boxes.isHeld(point[i], gradient[i], low[i], high[i])) {
        double reach = config.firstStep() * (Double.isInfinite(width) ? 1 : 0.5 * width);
        scale = Math.max(scale, Math.abs(gradient[i]) / reach);
      }
    }
    return scale > 0 ? scale : 1;
  }

  /** How the search has ended; empty if it continues, with a step to try. */
  Optional<Status> checkAndFindStep() {
    if (searching) {
      return Optional.empty();
    }
    if (!isFinite(values) || !isFinite(gradients)) {
      System.arraycopy(point, 0, best, 0, n);
      bestStationarity = Double.NaN;
      return NOT_FINITE;
    }
    if (isStationary()) {
      keep();
      return isProbed() ? CONVERGED : probe();
    }
    probing = Probing.DONE;
    boolean solved = findStep();
    if (isStationary()) {
      keep();
      return CONVERGED;
    }
    if (!keepIfBetter() || !solved) {
      return STALLED;
    }
    searching = true;
    rejections = 0;
    alpha = 1;
    return Optional.empty();
  }

  /**
   * Whether nothing is left to find out about a stationary point: it is one that steps led to, or a
   * small step away from it has not lowered J. A start may be a maximum, where the gradient is zero
   * as well.
   */
  private boolean isProbed() {
    return probing == Probing.DONE
        || config.maxIterations() == 0
        || bestStationarity > STILL * check.allowed(cost);
  }

  /** Proposes a small step from a start whose gradient is zero. */
  private Optional<Status> probe() {
    boolean isFree = false;
    for (int i = 0; i < n; i++) {
      double width = high[i] - low[i];
      double reach = PROBE * (Double.isInfinite(width) ? 1 : 0.5 * width);
      boolean up = point[i] + reach <= high[i];
      direction[i] = width > 0 ? (up ? reach : -reach) / (1 + i % 3) : 0;
      isFree |= direction[i] != 0;
    }
    if (!isFree) {
      return CONVERGED;
    }
    probing = Probing.NOW;
    searching = true;
    rejections = 0;
    alpha = 1;
    return Optional.empty();
  }

  /** Leaves the start if J falls from it; else the start is what is found. */
  private void receiveProbe(double newCost, boolean finite) {
    probing = Probing.DONE;
    searching = false;
    double along = 0;
    for (int i = 0; i < n && pieces == 1; i++) {
      along += newGradients[i] * direction[i];
    }
    if (finite && along <= 0 && cost - newCost > Rounding.of(cost, dtype)) {
      drifting = false;
      referenceCost = newCost;
      take(newCost);
      curvature.reset(firstScale());
    }
  }

  /** With the weights of the pieces as they are. */
  private boolean isStationary() {
    double gap = 0;
    for (int p = 0; p < pieces; p++) {
      gap += weights[p] * (cost - values[p]);
    }
    double allowed = check.allowed(cost);
    return presentStationarity() <= allowed && gap <= Math.max(allowed, Rounding.of(cost, dtype));
  }

  private double presentStationarity() {
    combine(gradients, gradient);
    return Boxes.stationarity(point, gradient, low, high, 0, n);
  }

  private void combine(double[] all, double[] into) {
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int p = 0; p < pieces; p++) {
        sum += weights[p] == 0 ? 0 : weights[p] * all[p * n + i];
      }
      into[i] = sum;
    }
  }

  /** Minimises the model; with a fresh matrix if the present one does not help. */
  private boolean findStep() {
    for (int i = 0; i < n; i++) {
      stepLow[i] = low[i] - point[i];
      stepHigh[i] = high[i] - point[i];
    }
    if (!qp.solve(curvature.matrix(), values, gradients, stepLow, stepHigh, weights, CLOSENESS)) {
      if (curvature.isEmpty()) {
        return false;
      }
      curvature.reset(firstScale());
      return findStep();
    }
    System.arraycopy(qp.step(), 0, direction, 0, n);
    double decrease = qp.decrease(values, cost);
    expectedFull = Math.max(decrease, 0);
    return isFinite(direction) && decrease >= -Rounding.of(cost, dtype);
  }

  /** Remembers the point unless it is a drift that did not help; false once patience is over. */
  private boolean keepIfBetter() {
    double stationarity = presentStationarity();
    if (!drifting || stationarity < bestStationarity) {
      failures = 0;
      keep();
      return true;
    }
    failures++;
    return failures < PATIENCE;
  }

  private void keep() {
    System.arraycopy(point, 0, best, 0, n);
    bestStationarity = presentStationarity();
  }

  /** Writes the point to evaluate next: a candidate of a search that continues, else its result. */
  void propose(boolean active, double[] into, int from) {
    if (!active) {
      best(into, from);
      return;
    }
    for (int i = 0; i < n; i++) {
      candidate[i] = Boxes.clamp(point[i] + alpha * direction[i], low[i], high[i]);
    }
    System.arraycopy(candidate, 0, into, from, n);
  }

  /** Takes the candidate or shortens the step. */
  void receive(Array allValues, Array allGradients, int row) {
    allValues.read(row * pieces, newValues, 0, pieces);
    allGradients.read(row * pieces * n, newGradients, 0, pieces * n);
    double newCost = largest(newValues);
    boolean finite = isFinite(newValues) && isFinite(newGradients);
    if (probing == Probing.NOW) {
      receiveProbe(newCost, finite);
      return;
    }
    double rounding = Rounding.of(cost, dtype);
    double decrease = cost - newCost;
    double expected = alpha * expectedFull;
    if (finite && expected <= rounding && newCost <= referenceCost + 10 * rounding) {
      // Differences of the cost are rounding; the next gradient decides.
      drifting = true;
      take(newCost);
    } else if (finite && decrease > 0 && decrease >= SUFFICIENT_DECREASE * expected) {
      drifting = false;
      referenceCost = newCost;
      take(newCost);
    } else {
      shorten(finite ? decrease : Double.NaN, expected);
    }
  }

  private void take(double newCost) {
    for (int i = 0; i < n; i++) {
      step[i] = candidate[i] - point[i];
    }
    combine(gradients, gradient);
    combine(newGradients, change);
    boolean moved = false;
    for (int i = 0; i < n; i++) {
      change[i] -= gradient[i];
      moved |= step[i] != 0;
    }
    if (moved) {
      curvature.add(step, change);
    }
    System.arraycopy(candidate, 0, point, 0, n);
    System.arraycopy(newValues, 0, values, 0, pieces);
    System.arraycopy(newGradients, 0, gradients, 0, pieces * n);
    cost = newCost;
    searching = false;
  }

  /** Shortens the step to the minimum of a parabola; starts over from the gradient in the end. */
  private void shorten(double decrease, double expected) {
    rejections++;
    if (rejections >= MOST_REJECTIONS) {
      startOver();
      return;
    }
    double cut = 0.5 * expected / (expected - decrease);
    alpha *= Double.isNaN(cut) ? LEAST_CUT : Math.min(Math.max(cut, LEAST_CUT), MOST_CUT);
  }

  /** Forgets the curvature; after a second time without a step in between, patience is over. */
  private void startOver() {
    if (curvature.isEmpty()) {
      failures = PATIENCE;
    }
    drifting = true;
    curvature.reset(firstScale());
    searching = false;
  }

  /** Writes the best point found. */
  void best(double[] into, int from) {
    System.arraycopy(best, 0, into, from, n);
  }

  /** Largest |dJ/du| at the best point on the free set; at a tie, of the weighted pieces. */
  double stationarity() {
    return bestStationarity;
  }

  private static double largest(double[] numbers) {
    double max = numbers[0];
    for (double v : numbers) {
      max = Math.max(max, v);
    }
    return max;
  }

  private static boolean isFinite(double[] numbers) {
    double sum = 0;
    for (double v : numbers) {
      sum += 0 * v;
    }
    return sum == 0;
  }
}

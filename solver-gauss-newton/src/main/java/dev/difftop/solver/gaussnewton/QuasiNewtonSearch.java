package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Rounding;
import java.util.Arrays;

/**
 * The search of one sample: a point, the matrix, and the step that is tried. It is asked in turns:
 * {@link #judge} the point, {@link #propose} a candidate, {@link #receive} what it is worth.
 */
final class QuasiNewtonSearch {
  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final double LEAST_CUT = 0.1;
  private static final double MOST_CUT = 0.6;
  private static final int MOST_REFUSALS = 25;

  /** Steps that only the gradient can judge and that did not lower it, before it gives up. */
  private static final int PATIENCE = 20;

  private static final double CLOSENESS = 1e-4;

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
  private final double[] slopes;
  private final double[] weights;
  private final double[] gradient;
  private double cost;

  private final double[] direction;
  private final double[] candidate;
  private final double[] newValues;
  private final double[] newSlopes;
  private final double[] step;
  private final double[] change;
  private double foretold;
  private double alpha;
  private int refusals;
  private boolean searching;
  private boolean drifting;

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
    this.slopes = new double[pieces * n];
    this.weights = new double[pieces];
    this.gradient = new double[n];
    this.direction = new double[n];
    this.candidate = new double[n];
    this.newValues = new double[pieces];
    this.newSlopes = new double[pieces * n];
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
    failures = 0;
  }

  /** What the start is worth. */
  void receiveStart(Array allValues, Array allSlopes, int row) {
    allValues.read(row * pieces, values, 0, pieces);
    allSlopes.read(row * pieces * n, slopes, 0, pieces * n);
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
    combine(slopes, gradient);
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

  /** How the search has ended; null if it goes on, with a step to try. */
  Status judge() {
    if (searching) {
      return null;
    }
    if (!isFinite(values) || !isFinite(slopes)) {
      System.arraycopy(point, 0, best, 0, n);
      bestStationarity = Double.NaN;
      return Status.NOT_FINITE;
    }
    if (isStationary()) {
      keep();
      return Status.CONVERGED;
    }
    boolean solved = findStep();
    if (isStationary()) {
      keep();
      return Status.CONVERGED;
    }
    if (!keepIfBetter() || !solved) {
      return Status.STALLED;
    }
    searching = true;
    refusals = 0;
    alpha = 1;
    return null;
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
    combine(slopes, gradient);
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

  /** Minimises the model; with a fresh matrix if the present one does not serve. */
  private boolean findStep() {
    for (int i = 0; i < n; i++) {
      stepLow[i] = low[i] - point[i];
      stepHigh[i] = high[i] - point[i];
    }
    if (!qp.solve(curvature.matrix(), values, slopes, stepLow, stepHigh, weights, CLOSENESS)) {
      if (curvature.isEmpty()) {
        return false;
      }
      curvature.reset(firstScale());
      return findStep();
    }
    System.arraycopy(qp.step(), 0, direction, 0, n);
    double decrease = qp.decrease(values, cost);
    foretold = Math.max(decrease, 0);
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

  /** Writes the point to evaluate next: a candidate of a search that goes on, else its result. */
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
  void receive(Array allValues, Array allSlopes, int row) {
    allValues.read(row * pieces, newValues, 0, pieces);
    allSlopes.read(row * pieces * n, newSlopes, 0, pieces * n);
    double newCost = largest(newValues);
    boolean finite = isFinite(newValues) && isFinite(newSlopes);
    double rounding = Rounding.of(cost, dtype);
    double decrease = cost - newCost;
    double expected = alpha * foretold;
    if (finite && expected <= rounding && newCost <= referenceCost + 10 * rounding) {
      // The cost cannot tell any more; the next look at the gradient does.
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
    combine(slopes, gradient);
    combine(newSlopes, change);
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
    System.arraycopy(newSlopes, 0, slopes, 0, pieces * n);
    cost = newCost;
    searching = false;
  }

  /** Shortens the step to the minimum of a parabola; starts over from the gradient in the end. */
  private void shorten(double decrease, double expected) {
    refusals++;
    if (refusals >= MOST_REFUSALS) {
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

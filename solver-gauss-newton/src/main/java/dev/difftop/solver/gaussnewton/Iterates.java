package dev.difftop.solver.gaussnewton;

import dev.difftop.api.DType;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.SampleResults;
import java.util.Arrays;
import java.util.List;

/** The iterate of every sample: actions, expansion, damping, and the step that is tried next. */
final class Iterates {
  private static final double SHRINK = 0.1;
  private static final double GROW = 10;
  private static final double SMALLEST_DAMPING = 1e-12;

  private final GaussNewtonConfig config;
  private final SampleResults results;
  private final double[] low;
  private final double[] high;
  private final DType dtype;
  private final int batch;
  private final int n;

  private final double[] actions;
  private final double[] cost;
  private final double[] gradient;
  private final double[] hessian;
  private final double[] stationarity;
  private final double[] damping;

  private final double[] candidate;
  private final double[] candidateCost;
  private final double[] foretold;

  /** The iterate before a step that only its gradient can judge. */
  private final double[] before;

  private final double[] stationarityBefore;
  private final boolean[] onTrial;

  private final StepRecorder recorder;
  private final BoxQp qp;
  private final double[] h;
  private final double[] g;
  private final double[] stepLow;
  private final double[] stepHigh;

  Iterates(
      GaussNewtonConfig config,
      SampleResults results,
      double[] start,
      double[] low,
      double[] high,
      DType dtype,
      int batch,
      int recorded) {
    this.config = config;
    this.results = results;
    this.low = low;
    this.high = high;
    this.dtype = dtype;
    this.batch = batch;
    this.n = start.length / batch;
    this.actions = start;
    this.cost = new double[batch];
    this.gradient = new double[batch * n];
    this.hessian = new double[batch * n * n];
    this.stationarity = new double[batch];
    this.damping = new double[batch];
    Arrays.fill(damping, config.initialDamping());
    this.candidate = start.clone();
    this.candidateCost = new double[batch];
    this.foretold = new double[batch];
    this.before = new double[batch * n];
    this.stationarityBefore = new double[batch];
    this.onTrial = new boolean[batch];
    this.recorder = new StepRecorder(batch, n, recorded);
    this.qp = new BoxQp(n);
    this.h = new double[n * n];
    this.g = new double[n];
    this.stepLow = new double[n];
    this.stepHigh = new double[n];
  }

  double[] actions() {
    return actions;
  }

  double[] cost() {
    return cost;
  }

  double[] gradient() {
    return gradient;
  }

  double[] hessian() {
    return hessian;
  }

  List<Solution.Step> steps() {
    return recorder.steps();
  }

  double[] stationarity() {
    return stationarity;
  }

  double[] candidate() {
    return candidate;
  }

  double[] candidateCost() {
    return candidateCost;
  }

  /** Looks at the expansion: which samples have converged, which steps on trial made it worse. */
  void judge(int iteration) {
    for (int b = 0; b < batch; b++) {
      if (!results.isActive(b)) {
        continue;
      }
      double s = Boxes.stationarity(actions, gradient, low, high, b * n, n);
      if (onTrial[b] && !(s < stationarityBefore[b])) {
        takeBack(b, iteration);
        continue;
      }
      onTrial[b] = false;
      stationarity[b] = s;
      if (!Double.isFinite(cost[b]) || Double.isNaN(s)) {
        results.finish(b, Status.NOT_FINITE, iteration);
      } else if (s <= config.tolerance()) {
        results.finish(b, Status.CONVERGED, iteration);
      }
    }
  }

  /** Neither cost nor gradient can be lowered any further. */
  private void takeBack(int b, int iteration) {
    System.arraycopy(before, b * n, actions, b * n, n);
    stationarity[b] = stationarityBefore[b];
    recorder.takeBack(b);
    results.finish(b, Status.STALLED, iteration);
  }

  /** Finds the next step of every active sample, raising its damping until there is one. */
  void propose(int iteration) {
    for (int b = 0; b < batch; b++) {
      if (!results.isActive(b)) {
        System.arraycopy(actions, b * n, candidate, b * n, n);
        continue;
      }
      while (!proposeFor(b)) {
        damping[b] = grown(damping[b]);
        if (damping[b] > config.maxDamping()) {
          results.finish(b, Status.REGULARIZATION_LIMIT, iteration);
          System.arraycopy(actions, b * n, candidate, b * n, n);
          break;
        }
      }
    }
  }

  private static double grown(double damping) {
    return Math.max(damping * GROW, SMALLEST_DAMPING);
  }

  /** Minimises the damped model of one sample; false if it is not convex, or not finite. */
  private boolean proposeFor(int b) {
    int from = b * n;
    double scale = 0;
    for (int i = 0; i < n; i++) {
      g[i] = gradient[from + i];
      stepLow[i] = low[from + i] - actions[from + i];
      stepHigh[i] = high[from + i] - actions[from + i];
      scale = Math.max(scale, Math.abs(hessian[(from + i) * n + i]));
      for (int j = 0; j < n; j++) {
        h[i * n + j] = 0.5 * (hessian[(from + i) * n + j] + hessian[(from + j) * n + i]);
      }
    }
    double lambda = damping[b] * (scale > 0 ? scale : 1);
    for (int i = 0; i < n; i++) {
      h[i * n + i] += lambda;
    }
    if (!qp.solve(h, g, stepLow, stepHigh)) {
      return false;
    }
    recorder.propose(b, qp, lambda);
    double model = 0;
    for (int i = 0; i < n; i++) {
      double d = qp.solution()[i];
      double bent = 0;
      for (int j = 0; j < n; j++) {
        bent += h[i * n + j] * qp.solution()[j];
      }
      model += d * (g[i] + 0.5 * (bent - lambda * d));
      candidate[from + i] = Boxes.clamp(actions[from + i] + d, low[from + i], high[from + i]);
    }
    foretold[b] = -model;
    return Double.isFinite(model);
  }

  /** Takes the steps that lower the cost as foretold; raises the damping of the others. */
  void acceptOrDamp() {
    for (int b = 0; b < batch; b++) {
      if (!results.isActive(b)) {
        continue;
      }
      double rounding = Rounding.of(cost[b], dtype);
      double decrease = cost[b] - candidateCost[b];
      if (foretold[b] <= rounding && Math.abs(decrease) <= 10 * rounding) {
        tryOnGradient(b);
        continue;
      }
      double ratio = decrease / foretold[b];
      if (ratio > 1e-4 && decrease > 0) {
        take(b);
      }
      adapt(b, ratio);
    }
  }

  private void take(int b) {
    recorder.take(b, actions, candidate);
    System.arraycopy(candidate, b * n, actions, b * n, n);
  }

  private void adapt(int b, double ratio) {
    if (ratio > 0.75) {
      double less = damping[b] * SHRINK;
      damping[b] = less < SMALLEST_DAMPING ? 0 : less;
    } else if (!(ratio > 0.25)) {
      damping[b] = grown(damping[b]);
    }
  }

  private void tryOnGradient(int b) {
    System.arraycopy(actions, b * n, before, b * n, n);
    stationarityBefore[b] = stationarity[b];
    onTrial[b] = true;
    take(b);
    damping[b] = 0;
  }
}

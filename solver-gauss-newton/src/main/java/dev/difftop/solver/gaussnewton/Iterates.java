package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.SampleResults;
import java.util.Arrays;

/**
 * Where every sample of a batch is: actions, expansion, how short its steps are kept, the step that
 * is tried next. Threads work on different samples.
 */
final class Iterates {
  final GaussNewtonConfig config;
  private final ConvergenceCheck check;
  final SampleResults results;
  final double[] low;
  final double[] high;
  final int n;

  final double[] actions;
  final double[] cost;
  final double[] gradient;
  final double[] hessian;
  final double[] stationarity;

  /** Damping, or radius, of each sample. */
  final double[] damping;

  final double[] candidate;
  final double[] candidateCost;

  /** What the model says the next step gains. */
  final double[] foretold;

  /** Whether a sample has moved since its expansion. */
  final boolean[] moved;

  final StepRecorder recorder;

  private final DType dtype;

  /** The iterate before a step that only its gradient can judge. */
  private final double[] before;

  private final double[] costBefore;
  private final double[] stationarityBefore;
  private final boolean[] onTrial;

  Iterates(
      GaussNewtonConfig config,
      SampleResults results,
      double[] start,
      double[] low,
      double[] high,
      DType dtype,
      int batch,
      boolean hasHessian,
      int recorded) {
    this.config = config;
    this.check = config.check();
    this.results = results;
    this.low = low;
    this.high = high;
    this.dtype = dtype;
    this.n = start.length / batch;
    this.actions = start;
    this.cost = new double[batch];
    this.gradient = new double[batch * n];
    this.hessian = new double[hasHessian ? batch * n * n : 0];
    this.stationarity = new double[batch];
    this.damping = new double[batch];
    Arrays.fill(
        damping,
        config.step() == GaussNewtonConfig.Step.DOGLEG
            ? config.initialRadius()
            : config.initialDamping());
    this.candidate = start.clone();
    this.candidateCost = new double[batch];
    this.foretold = new double[batch];
    this.moved = new boolean[batch];
    Arrays.fill(moved, true);
    this.before = new double[batch * n];
    this.costBefore = new double[batch];
    this.stationarityBefore = new double[batch];
    this.onTrial = new boolean[batch];
    this.recorder = new StepRecorder(batch, n, recorded);
  }

  /** Looks at a sample's expansion: has it converged, did a step on trial make it worse? */
  void judge(int b, int iteration) {
    moved[b] = false;
    double s = Boxes.stationarity(actions, gradient, low, high, b * n, n);
    if (onTrial[b] && !(s < stationarityBefore[b])) {
      takeBack(b, iteration);
      return;
    }
    onTrial[b] = false;
    stationarity[b] = s;
    check.check(cost[b], s).ifPresent(status -> results.finish(b, status, iteration));
  }

  /** Neither cost nor gradient can be lowered any further. */
  private void takeBack(int b, int iteration) {
    System.arraycopy(before, b * n, actions, b * n, n);
    cost[b] = costBefore[b];
    stationarity[b] = stationarityBefore[b];
    recorder.takeBack(b);
    results.finish(b, Status.STALLED, iteration);
  }

  /** Takes a step that lowers the cost as foretold; makes the next one shorter or longer. */
  void acceptOrShorten(int b, StepRule rule) {
    double decrease = cost[b] - candidateCost[b];
    if (Rounding.hides(foretold[b], decrease, cost[b], dtype)) {
      tryOnGradient(b, rule);
      return;
    }
    double ratio = decrease / foretold[b];
    rule.adapt(this, b, ratio);
    if (ratio > 1e-4 && decrease > 0) {
      move(b);
    }
  }

  private void move(int b) {
    recorder.take(b, actions, candidate);
    System.arraycopy(candidate, b * n, actions, b * n, n);
    cost[b] = candidateCost[b];
    moved[b] = true;
  }

  private void tryOnGradient(int b, StepRule rule) {
    System.arraycopy(actions, b * n, before, b * n, n);
    costBefore[b] = cost[b];
    stationarityBefore[b] = stationarity[b];
    onTrial[b] = true;
    move(b);
    rule.trust(this, b);
  }
}

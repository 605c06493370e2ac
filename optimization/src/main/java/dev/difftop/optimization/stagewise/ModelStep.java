package dev.difftop.optimization.stagewise;

import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.DampingRule;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.stagewise.SampleBlocks.Layout;

/**
 * The damped step of Levenberg and Marquardt over all actions at once, {@code (H + λI) p = -∇J}, by
 * a Riccati recursion along the linearised dynamics; then the true cost decides, by the gain ratio.
 */
public final class ModelStep {
  private final Curvature curvature;
  private final double maxDamping;
  private final DType dtype;
  private final RiccatiPass pass;
  private double[][] deviation;
  private double[][] nextDeviation;

  /**
   * Steps in blocks of one layout.
   *
   * @param curvature which H
   * @param maxDamping relative to the largest entry of Quu; beyond it a sample gives up
   */
  public ModelStep(Curvature curvature, double maxDamping, Layout layout) {
    int nx = layout.spec().stateSize();
    this.curvature = curvature;
    this.maxDamping = maxDamping;
    this.dtype = layout.dtype();
    this.pass =
        new RiccatiPass(
            layout.spec().horizon(),
            nx,
            layout.spec().actionSize(),
            layout.width(),
            RiccatiPass.Regularization.CONTROL);
    this.deviation = Lanes.entries(nx, layout.width());
    this.nextDeviation = Lanes.entries(nx, layout.width());
  }

  /**
   * Solves for the steps of all samples that continue; those whose H + λI is not positive definite
   * are damped more until it is. Samples that are leaving are stored with their gains.
   */
  public void solve(SampleBlock b, StageModel model, int iteration) {
    boolean[] active = b.progress.active;
    if (Progress.any(active, b.lanes)) {
      SecondDerivatives second = model.secondOrder(b, curvature, active, b.lanes);
      boolean again = true;
      while (again) {
        pass.run(b, second, b.lanes);
        again = false;
        for (int l = 0; l < b.lanes; l++) {
          if (active[l] && !pass.succeeded(l)) {
            again |= damp(b, l, pass.scale(l), iteration);
          }
        }
      }
    }
    b.storeLeaving();
  }

  /** Damps a lane more; false if that is beyond the limit, which ends it. */
  private boolean damp(SampleBlock b, int l, double scale, int iteration) {
    double unit = scale > 0 ? scale : 1;
    double more = DampingRule.grown(b.gains.mu[l] / unit);
    if (more <= maxDamping) {
      b.gains.mu[l] = more * unit;
      return true;
    }
    if (b.progress.leaving[l]) {
      b.gains.clear(l);
      b.store(l);
    } else {
      b.end(l, Status.REGULARIZATION_LIMIT, iteration, false);
    }
    return false;
  }

  /**
   * Evaluates the steps; takes those whose gain ratio is good enough, adapts the damping of all.
   */
  public void acceptOrDamp(SampleBlock b, StageModel model) {
    boolean[] active = b.progress.active;
    if (!Progress.any(active, b.lanes)) {
      return;
    }
    b.gains.setAlpha(1);
    followModel(b);
    model.rollOut(b, active, b.lanes);
    for (int l = 0; l < b.lanes; l++) {
      if (active[l]) {
        acceptOrDamp(b, l);
      }
    }
  }

  private void acceptOrDamp(SampleBlock b, int l) {
    double expected = b.gains.expected[l];
    double decrease = b.current.cost[l] - b.candidate.cost[l];
    if (Rounding.hides(expected, decrease, b.current.cost[l], dtype)) {
      b.stepOnTrial(l);
      b.step(l);
      return;
    }
    double ratio = decrease / expected;
    b.gains.mu[l] = DampingRule.adapted(b.gains.mu[l], ratio);
    if (DampingRule.accepts(ratio, decrease)) {
      b.step(l);
    }
  }

  /**
   * Replaces the gains by the steps that they make along the linearised dynamics, inside the box,
   * without feedback: the step of the quadratic model over all actions at once.
   */
  private void followModel(SampleBlock b) {
    int lanes = b.lanes;
    clear(deviation, lanes);
    for (int t = 0; t < b.horizon; t++) {
      double[][] feedback = b.gains.feedback[t];
      double[][] feedforward = b.gains.feedforward[t];
      for (int i = 0; i < b.nu; i++) {
        double[] du = feedforward[i];
        Lanes.addProducts(du, feedback, i * b.nx, 1, deviation, 0, 1, b.nx, lanes);
        clampStep(du, b.current.actions[t][i], b.bounds.low[t][i], b.bounds.high[t][i], lanes);
      }
      clear(feedback, lanes);
      clear(nextDeviation, lanes);
      double[][] jacobian = b.expansion.jacobian[t];
      int n = b.nx + b.nu;
      for (int i = 0; i < b.nx; i++) {
        double[] dx = nextDeviation[i];
        Lanes.addProducts(dx, jacobian, i * n, 1, deviation, 0, 1, b.nx, lanes);
        Lanes.addProducts(dx, jacobian, i * n + b.nx, 1, feedforward, 0, 1, b.nu, lanes);
      }
      double[][] swap = deviation;
      deviation = nextDeviation;
      nextDeviation = swap;
    }
  }

  private static void clear(double[][] entries, int lanes) {
    for (double[] entry : entries) {
      java.util.Arrays.fill(entry, 0, lanes, 0);
    }
  }

  private static void clampStep(double[] du, double[] u, double[] low, double[] high, int lanes) {
    for (int l = 0; l < lanes; l++) {
      du[l] = Math.min(Math.max(du[l], low[l] - u[l]), high[l] - u[l]);
    }
  }
}

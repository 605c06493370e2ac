package dev.difftop.optimization.stagewise;

import dev.difftop.api.DType;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.Curvature;

/**
 * A linear-quadratic problem: its matrices are computed once per solve; rollouts and derivatives
 * are products with them, of all lanes of a block at once.
 */
public final class QuadraticModel implements StageModel {
  private final LanePlan plan;
  private final int group;
  private final int horizon;
  private final int nx;
  private final int nu;
  private final int n;
  private double[][] w = new double[0][0];
  private double[][] slope = new double[0][0];

  /**
   * A model.
   *
   * @param matrices of {@link dev.difftop.optimization.StageExpansion#quadratic}
   * @param group lanes of a run
   */
  public QuadraticModel(Engine engine, ProblemSpec spec, Program matrices, int group, DType dtype) {
    this.plan = new LanePlan(engine, spec, matrices, group, dtype);
    this.group = group;
    this.horizon = spec.horizon();
    this.nx = spec.stateSize();
    this.nu = spec.actionSize();
    this.n = nx + nu;
  }

  @Override
  public void begin(Problem problem) {
    plan.begin(problem);
  }

  @Override
  public void load(StageBlock b, int lanes) {
    StageBlock.Quadratic parts = b.quadratic();
    StageBlock.Bend bend = b.bend(Curvature.EXACT);
    for (int from = 0; from < lanes; from += group) {
      plan.selectRange(b.samples[from]);
      plan.run();
      plan.get("jacobian", b.jacobian, from);
      plan.get("offset", parts.offset, from);
      plan.getSymmetric("hessian", bend.hessian, n, from);
      plan.get("slope", parts.slope, from);
      plan.get("constant", parts.constant, from);
      plan.getSymmetric("lastHessian", bend.last, nx, from);
      plan.get("lastSlope", parts.lastSlope, from);
      plan.get("lastConstant", parts.lastConstant, from);
    }
    if (w.length == 0 || w[0].length != b.width) {
      w = Lanes.entries(n, b.width);
      slope = Lanes.entries(n, b.width);
    }
  }

  @Override
  public void rollOut(StageBlock b, boolean[] wanted, int lanes) {
    StageBlock.Quadratic parts = b.quadratic();
    StageBlock.Bend bend = b.bend(Curvature.EXACT);
    double[] cost = b.candidate.cost;
    Lanes.copy(cost, parts.lastConstant[0], lanes);
    Lanes.copy(b.candidate.states[0], b.path.states[0], lanes);
    for (int t = 0; t < horizon; t++) {
      act(b, t, lanes);
      gather(b.candidate, t, lanes);
      symmetricProduct(bend.hessian[t], parts.slope[t], n, lanes);
      addCost(cost, parts.slope[t], n, lanes);
      Lanes.add(cost, parts.constant[t][0], lanes);
      double[][] next = b.candidate.states[t + 1];
      for (int i = 0; i < nx; i++) {
        Lanes.copy(next[i], parts.offset[t][i], lanes);
        Lanes.addProducts(next[i], b.jacobian[t], i * n, 1, w, 0, 1, n, lanes);
      }
    }
    takeLastState(b.candidate, lanes);
    symmetricProduct(bend.last, parts.lastSlope, nx, lanes);
    addCost(cost, parts.lastSlope, nx, lanes);
  }

  /** The action of stage t under feedback, inside the box. */
  private void act(StageBlock b, int t, int lanes) {
    for (int i = 0; i < nx; i++) {
      Lanes.subtract(w[i], b.candidate.states[t][i], b.path.states[t][i], lanes);
    }
    for (int i = 0; i < nu; i++) {
      double[] u = b.candidate.actions[t][i];
      Lanes.copy(u, b.path.actions[t][i], lanes);
      Lanes.addProduct(u, b.alpha, b.feedforward[t][i], lanes);
      Lanes.addProducts(u, b.feedback[t], i * nx, 1, w, 0, 1, nx, lanes);
      Lanes.clamp(u, b.low[t][i], b.high[t][i], lanes);
    }
  }

  private void gather(StageBlock.Path path, int t, int lanes) {
    for (int i = 0; i < n; i++) {
      Lanes.copy(w[i], i < nx ? path.states[t][i] : path.actions[t][i - nx], lanes);
    }
  }

  private void takeLastState(StageBlock.Path path, int lanes) {
    for (int i = 0; i < nx; i++) {
      Lanes.copy(w[i], path.states[horizon][i], lanes);
    }
  }

  /** {@code slope = offset + M w} with the lower triangle of a symmetric M. */
  private void symmetricProduct(double[][] matrix, double[][] offset, int size, int lanes) {
    for (int i = 0; i < size; i++) {
      Lanes.copy(slope[i], offset[i], lanes);
      Lanes.addProducts(slope[i], matrix, i * size, 1, w, 0, 1, i + 1, lanes);
      Lanes.addProducts(
          slope[i], matrix, (i + 1) * size + i, size, w, i + 1, 1, size - i - 1, lanes);
    }
  }

  /** Adds {@code 1/2 w' (slope + offset)}. */
  private void addCost(double[] cost, double[][] offset, int size, int lanes) {
    for (int i = 0; i < size; i++) {
      addHalf(cost, w[i], slope[i], offset[i], lanes);
    }
  }

  private static void addHalf(double[] y, double[] w, double[] a, double[] b, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] += 0.5 * w[l] * (a[l] + b[l]);
    }
  }

  @Override
  public void firstOrder(StageBlock b, boolean[] wanted, int lanes) {
    StageBlock.Quadratic parts = b.quadratic();
    StageBlock.Bend bend = b.bend(Curvature.EXACT);
    for (int t = 0; t < horizon; t++) {
      gather(b.path, t, lanes);
      symmetricProduct(bend.hessian[t], parts.slope[t], n, lanes);
      Lanes.copy(b.gradient[t], slope, lanes);
    }
    takeLastState(b.path, lanes);
    symmetricProduct(bend.last, parts.lastSlope, nx, lanes);
    Lanes.copy(b.lastGradient, slope, lanes);
  }

  @Override
  public StageBlock.Bend secondOrder(
      StageBlock b, Curvature curvature, boolean[] wanted, int lanes) {
    return b.bend(Curvature.EXACT);
  }

  @Override
  public void close() {
    plan.close();
  }
}

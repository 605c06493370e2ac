package dev.difftop.optimization.stagewise;

import dev.difftop.api.DType;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.Curvature;
import java.util.Optional;

/**
 * A linear-quadratic problem: its matrices are computed once per solve; rollouts and derivatives
 * are products with them, of all lanes of a block at once.
 */
public final class QuadraticModel implements StageModel {
  private final Optional<LeafReader> reader;
  private final Optional<LanePlan> plan;
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
    this.reader = LeafForms.of(matrices).map(forms -> new LeafReader(matrices, spec, group, forms));
    this.plan =
        reader.isPresent()
            ? Optional.empty()
            : Optional.of(new LanePlan(engine, spec, matrices, group, dtype));
    this.group = group;
    this.horizon = spec.horizon();
    this.nx = spec.stateSize();
    this.nu = spec.actionSize();
    this.n = nx + nu;
  }

  @Override
  public boolean isQuadratic() {
    return true;
  }

  @Override
  public void begin(Problem problem) {
    reader.ifPresent(r -> r.begin(problem));
    plan.ifPresent(p -> p.begin(problem));
  }

  @Override
  public void load(StageBlock b, int lanes) {
    for (int from = 0; from < lanes; from += group) {
      if (reader.isPresent()) {
        fetch(reader.orElseThrow(), b, from);
      } else {
        compute(plan.orElseThrow(), b, from);
      }
    }
    if (w.length == 0 || w[0].length != b.width) {
      w = Lanes.entries(n, b.width);
      slope = Lanes.entries(n, b.width);
    }
  }

  private void fetch(LeafReader from, StageBlock b, int lane) {
    StageBlock.Quadratic parts = b.quadratic();
    StageBlock.Bend bend = b.bend(Curvature.EXACT);
    from.select(b.samples[lane]);
    from.get("jacobian", b.jacobian, lane);
    from.get("offset", parts.offset, lane);
    from.getSymmetric("hessian", bend.hessian, n, lane);
    from.get("slope", parts.slope, lane);
    from.get("constant", parts.constant, lane);
    from.getSymmetric("lastHessian", bend.last, nx, lane);
    from.get("lastSlope", parts.lastSlope, lane);
    from.get("lastConstant", parts.lastConstant, lane);
  }

  private void compute(LanePlan by, StageBlock b, int lane) {
    StageBlock.Quadratic parts = b.quadratic();
    StageBlock.Bend bend = b.bend(Curvature.EXACT);
    by.selectRange(b.samples[lane]);
    by.run();
    by.get("jacobian", b.jacobian, lane);
    by.get("offset", parts.offset, lane);
    by.getSymmetric("hessian", bend.hessian, n, lane);
    by.get("slope", parts.slope, lane);
    by.get("constant", parts.constant, lane);
    by.getSymmetric("lastHessian", bend.last, nx, lane);
    by.get("lastSlope", parts.lastSlope, lane);
    by.get("lastConstant", parts.lastConstant, lane);
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
        Lanes.setProducts(next[i], parts.offset[t][i], b.jacobian[t], i * n, 1, w, 0, 1, n, lanes);
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
      Lanes.setProducts(slope[i], offset[i], matrix, i * size, 1, w, 0, 1, i + 1, lanes);
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

  /** From anywhere it is one step to the end: there is nothing to gain. */
  @Override
  public void findGaps(StageBlock block, int lanes) {
    throw new UnsupportedOperationException("a linear-quadratic problem starts from a rollout");
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
    plan.ifPresent(LanePlan::close);
  }
}

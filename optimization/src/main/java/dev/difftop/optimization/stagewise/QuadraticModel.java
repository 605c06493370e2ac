package dev.difftop.optimization.stagewise;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.Curvature;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A linear-quadratic problem: its matrices are computed once per solve; rollouts and derivatives
 * are products with them, of all lanes of a block at once.
 */
final class QuadraticModel implements StageModel {
  private final Optional<LeafReader> reader;
  private final Optional<LanePlan> plan;
  private final int group;
  private final int horizon;
  private final int nx;
  private final int nu;
  private final int n;
  private final boolean flatEnd;
  private double[][] deviation = new double[0][0];

  /**
   * A model.
   *
   * @param matrices of {@link dev.difftop.optimization.StageExpansion#quadratic}
   * @param forms of the matrices; empty if they need to be computed
   * @param group lanes of a run
   */
  QuadraticModel(
      Engine engine,
      ProblemSpec spec,
      Program matrices,
      Optional<Map<String, LeafForms.Form[]>> forms,
      int group,
      DType dtype) {
    this.reader = forms.map(all -> new LeafReader(matrices, spec, group, all));
    this.plan =
        reader.isPresent()
            ? Optional.empty()
            : Optional.of(new LanePlan(engine, spec, matrices, group, dtype));
    this.group = group;
    this.horizon = spec.horizon();
    this.nx = spec.stateSize();
    this.nu = spec.actionSize();
    this.n = nx + nu;
    this.flatEnd = forms.isPresent() && areZero(forms.orElseThrow().get("lastHessian"));
  }

  private static boolean areZero(LeafForms.Form[] forms) {
    return Arrays.stream(forms).allMatch(f -> f.isConstant() && f.constant() == 0);
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
    if (deviation.length == 0 || deviation[0].length != b.width) {
      deviation = Lanes.entries(nx, b.width);
    }
  }

  private void fetch(LeafReader from, StageBlock b, int lane) {
    QuadraticParts parts = b.quadratic();
    SecondDerivatives bend = b.bend(Curvature.EXACT);
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
    QuadraticParts parts = b.quadratic();
    SecondDerivatives bend = b.bend(Curvature.EXACT);
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
    QuadraticParts parts = b.quadratic();
    SecondDerivatives bend = b.bend(Curvature.EXACT);
    StagePath to = b.candidate;
    Lanes.copy(to.cost, parts.lastConstant[0], lanes);
    Lanes.copy(to.states[0], b.path.states[0], lanes);
    for (int t = 0; t < horizon; t++) {
      act(b, t, lanes);
      double[][] w = to.stages[t];
      addCost(to, t, parts.slope[t], bend.hessian[t], lanes);
      Lanes.add(to.cost, parts.constant[t][0], lanes);
      for (int i = 0; i < nx; i++) {
        double[] next = to.states[t + 1][i];
        Lanes.setProducts(next, parts.offset[t][i], b.jacobian[t], i * n, 1, w, 0, 1, n, lanes);
      }
    }
    addCost(to, horizon, parts.lastSlope, bend.last, lanes);
  }

  /** The action of stage t under feedback, inside the box. */
  private void act(StageBlock b, int t, int lanes) {
    for (int i = 0; i < nx; i++) {
      Lanes.subtract(deviation[i], b.candidate.states[t][i], b.path.states[t][i], lanes);
    }
    for (int i = 0; i < nu; i++) {
      double[] u = b.candidate.actions[t][i];
      Lanes.copy(u, b.path.actions[t][i], lanes);
      Lanes.addProduct(u, b.alpha, b.feedforward[t][i], lanes);
      Lanes.addProducts(u, b.feedback[t], i * nx, 1, deviation, 0, 1, nx, lanes);
      Lanes.clamp(u, b.low[t][i], b.high[t][i], lanes);
    }
  }

  /** Slopes of the cost of stage t, and with them {@code 1/2 w' (slope + slope at 0)}. */
  private void addCost(StagePath to, int t, double[][] atZero, double[][] hessian, int lanes) {
    double[][] w = to.stages[t];
    double[][] slopes = to.slopes[t];
    Lanes.setSymmetricProducts(slopes, atZero, hessian, w, lanes);
    for (int i = 0; i < w.length; i++) {
      addHalf(to.cost, w[i], slopes[i], atZero[i], lanes);
    }
  }

  private static void addHalf(double[] y, double[] w, double[] a, double[] b, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] += 0.5 * w[l] * (a[l] + b[l]);
    }
  }

  @Override
  public void expandFromZero(StageBlock b, int lanes) {
    QuadraticParts parts = b.quadratic();
    double[][][] gaps = b.openGaps();
    for (int t = 0; t < horizon; t++) {
      Lanes.copy(gaps[t], parts.offset[t], lanes);
      Lanes.copy(b.gradient[t], parts.slope[t], lanes);
    }
    Lanes.copy(b.lastGradient, parts.lastSlope, lanes);
    double[][] w = b.path.stages[0];
    double[][] hessian = b.bend(Curvature.EXACT).hessian[0];
    Lanes.setSymmetricProducts(b.gradient[0], parts.slope[0], hessian, w, lanes);
    for (int i = 0; i < nx; i++) {
      Lanes.addProducts(gaps[0][i], b.jacobian[0], i * n, 1, w, 0, 1, n, lanes);
    }
  }

  /** From anywhere it is one step to the end: there is nothing to gain. */
  @Override
  public void findGaps(StageBlock block, int lanes) {
    throw new UnsupportedOperationException("a linear-quadratic problem starts from a rollout");
  }

  /** The rollout that led there has found them already. */
  @Override
  public void firstOrder(StageBlock b, boolean[] wanted, int lanes) {
    for (int t = 0; t < horizon; t++) {
      Lanes.copy(b.gradient[t], b.path.slopes[t], lanes);
    }
    Lanes.copy(b.lastGradient, b.path.slopes[horizon], lanes);
  }

  @Override
  public void firstOrderAnew(StageBlock b, boolean[] wanted, int lanes) {
    QuadraticParts parts = b.quadratic();
    SecondDerivatives bend = b.bend(Curvature.EXACT);
    for (int t = 0; t < horizon; t++) {
      double[][] w = b.path.stages[t];
      Lanes.setSymmetricProducts(b.gradient[t], parts.slope[t], bend.hessian[t], w, lanes);
    }
    double[][] last = b.path.states[horizon];
    Lanes.setSymmetricProducts(b.lastGradient, parts.lastSlope, bend.last, last, lanes);
  }

  @Override
  public SecondDerivatives secondOrder(
      StageBlock b, Curvature curvature, boolean[] wanted, int lanes) {
    SecondDerivatives bend = b.bend(Curvature.EXACT);
    bend.flatEnd = flatEnd;
    return bend;
  }

  @Override
  public void close() {
    plan.ifPresent(LanePlan::close);
  }
}

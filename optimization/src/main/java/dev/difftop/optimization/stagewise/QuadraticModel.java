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
  public void load(SampleBlock b, int lanes) {
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

  private void fetch(LeafReader from, SampleBlock b, int lane) {
    QuadraticParts parts = b.quadratic();
    SecondDerivatives second = b.expansion.second(Curvature.EXACT);
    from.select(b.progress.samples[lane]);
    from.get("jacobian", b.expansion.jacobian, lane);
    from.get("offset", parts.offset, lane);
    from.getSymmetric("hessian", second.hessian, n, lane);
    from.get("gradient", parts.gradient, lane);
    from.get("constant", parts.constant, lane);
    from.getSymmetric("lastHessian", second.last, nx, lane);
    from.get("lastGradient", parts.lastGradient, lane);
    from.get("lastConstant", parts.lastConstant, lane);
  }

  private void compute(LanePlan by, SampleBlock b, int lane) {
    QuadraticParts parts = b.quadratic();
    SecondDerivatives second = b.expansion.second(Curvature.EXACT);
    by.selectRange(b.progress.samples[lane]);
    by.run();
    by.get("jacobian", b.expansion.jacobian, lane);
    by.get("offset", parts.offset, lane);
    by.getSymmetric("hessian", second.hessian, n, lane);
    by.get("gradient", parts.gradient, lane);
    by.get("constant", parts.constant, lane);
    by.getSymmetric("lastHessian", second.last, nx, lane);
    by.get("lastGradient", parts.lastGradient, lane);
    by.get("lastConstant", parts.lastConstant, lane);
  }

  @Override
  public void rollOut(SampleBlock b, boolean[] wanted, int lanes) {
    QuadraticParts parts = b.quadratic();
    SecondDerivatives second = b.expansion.second(Curvature.EXACT);
    Trajectory to = b.candidate;
    Lanes.copy(to.cost, parts.lastConstant[0], lanes);
    Lanes.copy(to.states[0], b.current.states[0], lanes);
    for (int t = 0; t < horizon; t++) {
      act(b, t, lanes);
      double[][] w = to.stages[t];
      addCost(to, t, parts.gradient[t], second.hessian[t], lanes);
      Lanes.add(to.cost, parts.constant[t][0], lanes);
      for (int i = 0; i < nx; i++) {
        double[] next = to.states[t + 1][i];
        Lanes.setProducts(
            next, parts.offset[t][i], b.expansion.jacobian[t], i * n, 1, w, 0, 1, n, lanes);
      }
    }
    addCost(to, horizon, parts.lastGradient, second.last, lanes);
  }

  /** The action of stage t under feedback, inside the box. */
  private void act(SampleBlock b, int t, int lanes) {
    for (int i = 0; i < nx; i++) {
      Lanes.subtract(deviation[i], b.candidate.states[t][i], b.current.states[t][i], lanes);
    }
    for (int i = 0; i < nu; i++) {
      double[] u = b.candidate.actions[t][i];
      Lanes.copy(u, b.current.actions[t][i], lanes);
      Lanes.addProduct(u, b.gains.alpha, b.gains.feedforward[t][i], lanes);
      Lanes.addProducts(u, b.gains.feedback[t], i * nx, 1, deviation, 0, 1, nx, lanes);
      Lanes.clamp(u, b.bounds.low[t][i], b.bounds.high[t][i], lanes);
    }
  }

  /** Gradients of the cost of stage t, and with them {@code 1/2 w' (gradient + gradient at 0)}. */
  private void addCost(Trajectory to, int t, double[][] atZero, double[][] hessian, int lanes) {
    double[][] w = to.stages[t];
    double[][] gradients = to.stageGradients[t];
    Lanes.setSymmetricProducts(gradients, atZero, hessian, w, lanes);
    for (int i = 0; i < w.length; i++) {
      addHalf(to.cost, w[i], gradients[i], atZero[i], lanes);
    }
  }

  private static void addHalf(double[] y, double[] w, double[] a, double[] b, int lanes) {
    for (int l = 0; l < lanes; l++) {
      y[l] += 0.5 * w[l] * (a[l] + b[l]);
    }
  }

  @Override
  public void expandFromZero(SampleBlock b, int lanes) {
    QuadraticParts parts = b.quadratic();
    double[][][] gaps = b.gaps.make();
    for (int t = 0; t < horizon; t++) {
      Lanes.copy(gaps[t], parts.offset[t], lanes);
      Lanes.copy(b.expansion.gradient[t], parts.gradient[t], lanes);
    }
    Lanes.copy(b.expansion.lastGradient, parts.lastGradient, lanes);
    double[][] w = b.current.stages[0];
    double[][] hessian = b.expansion.second(Curvature.EXACT).hessian[0];
    Lanes.setSymmetricProducts(b.expansion.gradient[0], parts.gradient[0], hessian, w, lanes);
    for (int i = 0; i < nx; i++) {
      Lanes.addProducts(gaps[0][i], b.expansion.jacobian[0], i * n, 1, w, 0, 1, n, lanes);
    }
  }

  /** From anywhere it is one step to the end: there is nothing to gain. */
  @Override
  public void findGaps(SampleBlock block, int lanes) {
    throw new UnsupportedOperationException("a linear-quadratic problem starts from a rollout");
  }

  /** The rollout that led there has found them already. */
  @Override
  public void firstOrder(SampleBlock b, boolean[] wanted, int lanes) {
    for (int t = 0; t < horizon; t++) {
      Lanes.copy(b.expansion.gradient[t], b.current.stageGradients[t], lanes);
    }
    Lanes.copy(b.expansion.lastGradient, b.current.stageGradients[horizon], lanes);
  }

  @Override
  public void firstOrderAnew(SampleBlock b, boolean[] wanted, int lanes) {
    QuadraticParts parts = b.quadratic();
    SecondDerivatives second = b.expansion.second(Curvature.EXACT);
    for (int t = 0; t < horizon; t++) {
      double[][] w = b.current.stages[t];
      Lanes.setSymmetricProducts(
          b.expansion.gradient[t], parts.gradient[t], second.hessian[t], w, lanes);
    }
    double[][] last = b.current.states[horizon];
    Lanes.setSymmetricProducts(
        b.expansion.lastGradient, parts.lastGradient, second.last, last, lanes);
  }

  @Override
  public SecondDerivatives secondOrder(
      SampleBlock b, Curvature curvature, boolean[] wanted, int lanes) {
    SecondDerivatives second = b.expansion.second(Curvature.EXACT);
    second.flatEnd = flatEnd;
    return second;
  }

  @Override
  public void close() {
    plan.ifPresent(LanePlan::close);
  }
}

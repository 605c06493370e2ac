package dev.difftop.optimization.adjoint;

import dev.difftop.api.DType;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.ProblemPlan;
import dev.difftop.optimization.StageExpansion;

/**
 * The linear systems of a batch through their structure: {@code H_FF w = v_F} are the conditions of
 * the linear-quadratic problem {@code min Σ 1/2 [dx; du]ᵀ M_t [dx; du] - v_t·du} along {@code dx' =
 * A dx + B du}, {@code dx_0 = 0}, {@code du = 0} where held, M the second derivatives of the
 * Hamiltonian. A Riccati recursion solves it; the systems are definite exactly if every {@code
 * Q_uu} on the free set is.
 */
final class RiccatiSystems implements AutoCloseable {
  private final ProblemSpec spec;
  private final int batch;
  private final LazyPlan firstOrder;
  private final LazyPlan secondOrder;

  RiccatiSystems(Engine engine, ProblemSpec spec, int batch, DType dtype, Curvature curvature) {
    this.spec = spec;
    this.batch = batch;
    StageExpansion expansion = new StageExpansion(spec);
    this.firstOrder = new LazyPlan(engine, spec, expansion::firstOrder, batch, dtype, false);
    this.secondOrder =
        new LazyPlan(engine, spec, () -> expansion.secondOrder(curvature), batch, dtype, false);
  }

  /** Solves into {@code into}; returns which samples are solved. */
  boolean[] solve(
      Problem problem,
      Linearization at,
      double[] states,
      boolean[] chosen,
      double[] v,
      Solved into) {
    firstOrder.unload();
    secondOrder.unload();
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int n = nx + spec.actionSize();
    double[] stages = stages(states, at.u);
    double[] last = last(states);
    ProblemPlan first = firstOrder.of(problem);
    first.set(StageExpansion.STAGES, stages);
    first.set(StageExpansion.LAST_STATE, last);
    first.run();
    double[] jacobian = first.get("jacobian");
    double[] costates = costates(jacobian, first.get("gradient"), first.get("last"));
    ProblemPlan second = secondOrder.of(problem);
    second.set(StageExpansion.STAGES, stages);
    second.set(StageExpansion.LAST_STATE, last);
    second.set(StageExpansion.COSTATES, costates);
    second.run();
    double[] hessian = second.get("hessian");
    double[] lastHessian = second.get("last");
    boolean[] solved = new boolean[batch];
    Recursion recursion = new Recursion(horizon, nx, n - nx);
    for (int b = 0; b < batch; b++) {
      if (chosen[b]) {
        solved[b] = recursion.solve(jacobian, hessian, lastHessian, v, at.held, b, into.w());
        into.definite()[b] = solved[b];
        into.curvature()[b] = recursion.smallestPivot();
      }
    }
    return solved;
  }

  private double[] stages(double[] states, double[] u) {
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    double[] out = new double[batch * horizon * (nx + nu)];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < horizon; t++) {
        int k = b * horizon + t;
        System.arraycopy(states, (b * (horizon + 1) + t) * nx, out, k * (nx + nu), nx);
        System.arraycopy(u, k * nu, out, k * (nx + nu) + nx, nu);
      }
    }
    return out;
  }

  private double[] last(double[] states) {
    int nx = spec.stateSize();
    int stride = (spec.horizon() + 1) * nx;
    double[] out = new double[batch * nx];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(states, (b + 1) * stride - nx, out, b * nx, nx);
    }
    return out;
  }

  /** λ_{t+1} of every stage: λ_H = ∇V, λ_t = l_x + Aᵀ λ_{t+1}. */
  private double[] costates(double[] jacobian, double[] gradient, double[] last) {
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int n = nx + spec.actionSize();
    double[] out = new double[batch * horizon * nx];
    for (int b = 0; b < batch; b++) {
      int end = (b * horizon + horizon - 1) * nx;
      System.arraycopy(last, b * nx, out, end, nx);
      for (int t = horizon - 1; t > 0; t--) {
        int k = b * horizon + t;
        for (int i = 0; i < nx; i++) {
          double sum = gradient[k * n + i];
          for (int j = 0; j < nx; j++) {
            sum += jacobian[(k * nx + j) * n + i] * out[k * nx + j];
          }
          out[(k - 1) * nx + i] = sum;
        }
      }
    }
    return out;
  }

  @Override
  public void close() {
    firstOrder.close();
    secondOrder.close();
  }
}

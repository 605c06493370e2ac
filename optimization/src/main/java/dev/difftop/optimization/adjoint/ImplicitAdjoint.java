package dev.difftop.optimization.adjoint;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shape;
import dev.difftop.api.Solution;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.ProblemPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The implicit function theorem at a local minimum in a box. With the free components F (not held
 * by a bound) and the held ones A,
 *
 * <pre>
 *   H_FF w_F = v_F,  w_A = 0           v = total derivative of the loss in the actions
 *   dL/dθ    = -∂/∂θ (∇_u J · w) + direct terms of the loss at fixed u
 *   dL/dlow_i = v_i - (H w)_i          where i is held at its lower bound; high likewise
 * </pre>
 *
 * and dL/dx_0, dL/dcontext like dL/dθ. With {@link Curvature#EXACT} this is the exact gradient;
 * with another curvature a biased one, for ablation.
 */
public final class ImplicitAdjoint implements Adjoint {
  private static final String DIRECTION = "adjoint direction";
  private static final String STATES_BAR = "states cotangent";
  private static final String COST_BAR = "cost cotangent";

  private final Engine engine;
  private final Curvature curvature;
  private final BadSamples policy;
  private final PlanCache<Compiled> plans;

  /**
   * An adjoint.
   *
   * @param engine compiles the programs
   * @param curvature the H of the linear system
   * @param policy what happens to bad samples
   */
  public ImplicitAdjoint(Engine engine, Curvature curvature, BadSamples policy) {
    this.engine = engine;
    this.curvature = curvature;
    this.policy = policy;
    this.plans = new PlanCache<>(p -> new Compiled(p.spec(), p.batch(), p.dtype()));
  }

  @Override
  public Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents) {
    cotangents.check(problem);
    return plans.get(problem).pullBack(problem, solution, cotangents);
  }

  @Override
  public void close() {
    plans.close();
  }

  private final class Compiled implements AutoCloseable {
    private final ProblemSpec spec;
    private final int batch;
    private final int n;
    private final ProblemPlan expansion;
    private final ProblemPlan pullBack;

    Compiled(ProblemSpec spec, int batch, DType dtype) {
      this.spec = spec;
      this.batch = batch;
      Objective objective = new Objective(spec);
      this.n = objective.size();
      this.expansion = new ProblemPlan(engine, spec, expansion(objective), batch, dtype);
      this.pullBack = new ProblemPlan(engine, spec, pullBack(objective), batch, dtype);
    }

    /** Gradient and Hessian in the actions, and the loss's derivative through states and cost. */
    private Program expansion(Objective objective) {
      Tensor states = objective.states();
      Tensor statesBar = Tensor.input(STATES_BAR, states.shape());
      Tensor costBar = Tensor.input(COST_BAR, objective.cost().shape());
      List<Tensor> through =
          Transforms.vjp(
              List.of(states, objective.cost()),
              List.of(statesBar, costBar),
              List.of(objective.actions()));
      Map<String, Tensor> out = new LinkedHashMap<>();
      out.put("gradient", objective.gradient());
      out.put("hessian", objective.hessian(curvature));
      out.put("through", through.get(0));
      return objective.program(out, statesBar, costBar);
    }

    /** Reverse over forward: one directional derivative of J along w, then one pull-back. */
    private Program pullBack(Objective objective) {
      Tensor states = objective.states();
      Tensor statesBar = Tensor.input(STATES_BAR, states.shape());
      Tensor costBar = Tensor.input(COST_BAR, objective.cost().shape());
      Tensor w = Tensor.input(DIRECTION, objective.actions().shape());
      Tensor slope =
          Transforms.jvp(List.of(objective.cost()), List.of(objective.actions()), List.of(w))
              .get(0);
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      leaves.put(Objective.INITIAL_STATE, objective.initialState());
      leaves.putAll(objective.leaves().context());
      leaves.putAll(objective.leaves().parameters());
      List<Tensor> bars =
          Transforms.vjp(
              List.of(slope, states, objective.cost()),
              List.of(Tensor.filled(slope.shape(), -1), statesBar, costBar),
              new ArrayList<>(leaves.values()));
      Map<String, Tensor> out = new LinkedHashMap<>();
      int i = 0;
      for (String name : leaves.keySet()) {
        out.put(name, bars.get(i++));
      }
      return objective.program(out, statesBar, costBar, w);
    }

    Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents) {
      double[] u = solution.actions().toDoubles();
      double[] statesBar = orZeros(cotangents.states(), batch * (spec.horizon() + 1) * nx());
      double[] costBar = orZeros(cotangents.cost(), batch);
      expansion.load(problem);
      expansion.set(Objective.ACTIONS, u);
      expansion.set(STATES_BAR, statesBar);
      expansion.set(COST_BAR, costBar);
      expansion.run();
      double[] v = expansion.get("through");
      for (int i = 0; cotangents.actions() != null && i < v.length; i++) {
        v[i] += cotangents.actions()[i];
      }
      LinearSystems system =
          new LinearSystems(
              problem, solution, u, v, expansion.get("gradient"), expansion.get("hessian"));
      Gradients.Sample[] samples = new Gradients.Sample[batch];
      for (int b = 0; b < batch; b++) {
        samples[b] = system.solve(b);
        if (samples[b].masked()) {
          system.leaveOut(b, statesBar, costBar);
        }
      }
      failIfAsked(samples);
      pullBack.load(problem);
      pullBack.set(Objective.ACTIONS, u);
      pullBack.set(DIRECTION, system.w);
      pullBack.set(STATES_BAR, statesBar);
      pullBack.set(COST_BAR, costBar);
      int regular = firstKept(samples);
      for (int b = 0; b < batch && regular >= 0; b++) {
        if (samples[b].masked()) {
          pullBack.standIn(b, regular);
        }
      }
      pullBack.run();
      return collect(samples, system, regular >= 0);
    }

    /** A sample that is not left out, -1 if all are. */
    private static int firstKept(Gradients.Sample[] samples) {
      for (int b = 0; b < samples.length; b++) {
        if (!samples[b].masked()) {
          return b;
        }
      }
      return -1;
    }

    private int nx() {
      return spec.stateSize();
    }

    private double[] orZeros(double[] values, int length) {
      return values == null ? new double[length] : values.clone();
    }

    private void failIfAsked(Gradients.Sample[] samples) {
      if (policy != BadSamples.FAIL) {
        return;
      }
      List<Integer> bad = new ArrayList<>();
      for (int b = 0; b < batch; b++) {
        if (samples[b].outcome() != Gradients.Outcome.REGULAR) {
          bad.add(b);
        }
      }
      if (!bad.isEmpty()) {
        int first = bad.get(0);
        throw new IllegalStateException(
            "adjoint: samples %s are no regular minima (sample %d: %s, stationarity %.3g); solve to "
                    .formatted(bad, first, samples[first].outcome(), samples[first].stationarity())
                + "a tighter tolerance, or choose the policy keep or mask");
      }
    }

    private Gradients collect(Gradients.Sample[] samples, LinearSystems system, boolean any) {
      Map<String, Array> parameters = new LinkedHashMap<>();
      spec.parameters().forEach((name, p) -> parameters.put(name, copy(name, p.shape(), any)));
      Map<String, Array> context = new LinkedHashMap<>();
      spec.context()
          .forEach(
              (name, s) ->
                  context.put(name, copy(name, Shape.batched(s.dims()).withBatch(batch), any)));
      int h = spec.horizon();
      int nu = spec.actionSize();
      return new Gradients(
          parameters,
          context,
          copy(Objective.INITIAL_STATE, Shape.of(batch, nx()), any),
          Array.of(system.lowBar, batch, h, nu),
          Array.of(system.highBar, batch, h, nu),
          samples);
    }

    private Array copy(String output, Shape shape, boolean any) {
      return any ? Array.of(pullBack.get(output), shape.dims()) : Array.zeros(DType.FLOAT64, shape);
    }

    /** The linear system of each sample. */
    private final class LinearSystems {
      private final Solution solution;
      private final double[] u;
      private final double[] v;
      private final double[] gradient;
      private final double[] hessian;
      private final double[] low;
      private final double[] high;
      private final double[] w;
      private final double[] lowBar;
      private final double[] highBar;
      private final FreeSystem free = new FreeSystem(n);

      LinearSystems(
          Problem problem,
          Solution solution,
          double[] u,
          double[] v,
          double[] gradient,
          double[] hessian) {

        this.solution = solution;
        this.u = u;
        this.v = v;
        this.gradient = gradient;
        this.hessian = hessian;
        this.low = Boxes.low(problem);
        this.high = Boxes.high(problem);
        this.w = new double[batch * n];
        this.lowBar = new double[batch * n];
        this.highBar = new double[batch * n];
      }

      Gradients.Sample solve(int b) {
        int from = b * n;
        free.begin();
        for (int i = 0; i < n; i++) {
          int k = from + i;
          if (!Boxes.isHeld(u[k], gradient[k], low[k], high[k])) {
            free.add(i);
          }
        }
        double saturated = (n - free.size()) / (double) n;
        double stationarity = Boxes.stationarity(u, gradient, low, high, from, n);
        boolean definite = free.solve(hessian, from * n, v, from, w, from);
        pullBackToBounds(from);
        Gradients.Outcome outcome = outcome(b, stationarity, definite);
        boolean masked =
            outcome == Gradients.Outcome.NOT_FINITE
                || (outcome != Gradients.Outcome.REGULAR && policy == BadSamples.MASK);
        return new Gradients.Sample(outcome, masked, stationarity, free.smallestPivot(), saturated);
      }

      private Gradients.Outcome outcome(int b, double stationarity, boolean definite) {
        boolean finite = !Double.isNaN(stationarity);
        for (int i = b * n; i < (b + 1) * n; i++) {
          finite &= Double.isFinite(w[i]) && Double.isFinite(lowBar[i] + highBar[i]);
        }
        if (!finite) {
          return Gradients.Outcome.NOT_FINITE;
        }
        if (!solution.status(b).isConverged()) {
          return Gradients.Outcome.NOT_CONVERGED;
        }
        return definite ? Gradients.Outcome.REGULAR : Gradients.Outcome.INDEFINITE;
      }

      private void pullBackToBounds(int from) {
        for (int i = 0; i < n; i++) {
          int k = from + i;
          if (!Boxes.isHeld(u[k], gradient[k], low[k], high[k])) {
            continue;
          }
          double bent = 0;
          for (int j = 0; j < n; j++) {
            bent += hessian[k * n + j] * w[from + j];
          }
          // With equal bounds the multiplier's sign says which one holds.
          boolean atLow = u[k] <= low[k] && (gradient[k] > 0 || u[k] < high[k]);
          (atLow ? lowBar : highBar)[k] = v[k] - bent;
        }
      }

      void leaveOut(int b, double[] statesBar, double[] costBar) {
        java.util.Arrays.fill(w, b * n, (b + 1) * n, 0);
        java.util.Arrays.fill(lowBar, b * n, (b + 1) * n, 0);
        java.util.Arrays.fill(highBar, b * n, (b + 1) * n, 0);
        int states = (spec.horizon() + 1) * nx();
        java.util.Arrays.fill(statesBar, b * states, (b + 1) * states, 0);
        costBar[b] = 0;
      }
    }

    @Override
    public void close() {
      expansion.close();
      pullBack.close();
    }
  }
}

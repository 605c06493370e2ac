package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.array.DType;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.stagewise.SensitivityPass;
import java.util.Arrays;

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
 *
 * <p><b>Kinks.</b> Where J is the largest of pieces J_i and several tie, the optimum satisfies
 * {@code Σ λ_i ∇J_i = 0} on F with λ ≥ 0 of sum 1, and all these J_i are equal: the tie is an
 * active constraint. H is that of {@code Σ λ_i J_i}, the system is bordered by the differences of
 * gradients, with multipliers ν of sum 0, and {@code Σ ν_i J_i} joins what is differentiated in θ.
 *
 * <p><b>Limits</b> beside the box are held the same way: with multipliers μ_j those of {@code Σ λ_i
 * ∇J_i + Σ μ_j ∇g_j = 0} on F that are active join H as {@code μ_j g_j}, the border as {@code
 * ∇g_j}, and what is differentiated in θ as {@code ν_j g_j}: the KKT system with active limits as
 * equalities.
 *
 * <p><b>Saturation.</b> With a smoothing μ &gt; 0 the minimiser of {@code J - μ Σ log((u -
 * low)(high - u))} is differentiated in place of the solution: its gradient does not vanish where
 * all components lie on bounds, and tends to the exact one as μ → 0.
 *
 * <p><b>Envelope theorem.</b> For a loss on J* alone the solution need not be differentiated, so no
 * second derivative is computed.
 */
public final class ImplicitAdjoint implements Adjoint {
  private final Engine engine;
  private final Curvature curvature;
  private final BadSamples policy;
  private final double smoothing;
  private final LinearSolve linearSolve;
  private final WorkerPool workers;
  private final PlanCache<Compiled> plans;

  /**
   * An adjoint.
   *
   * @param engine compiles the programs
   * @param curvature the H of the linear system
   * @param policy what happens to bad samples
   * @param smoothing μ, in units of the cost; 0 for the exact box
   * @param linearSolve how the linear systems are solved; a smoothed adjoint has dense ones
   * @param threads that share out the samples of a batch; the results do not depend on it
   */
  public ImplicitAdjoint(
      Engine engine,
      Curvature curvature,
      BadSamples policy,
      double smoothing,
      LinearSolve linearSolve,
      int threads) {
    if (!(smoothing >= 0) || Double.isInfinite(smoothing)) {
      throw new IllegalArgumentException("smoothing: found " + smoothing + ", expected >= 0");
    }
    this.engine = engine;
    this.curvature = curvature;
    this.policy = policy;
    this.smoothing = smoothing;
    this.linearSolve = linearSolve;
    this.workers = new WorkerPool(threads);
    this.plans = new PlanCache<>(Compiled::new);
  }

  /** An adjoint that computes on one thread. */
  public ImplicitAdjoint(
      Engine engine,
      Curvature curvature,
      BadSamples policy,
      double smoothing,
      LinearSolve linearSolve) {
    this(engine, curvature, policy, smoothing, linearSolve, 1);
  }

  /** An adjoint of the exact box that chooses the linear solve by size. */
  public ImplicitAdjoint(Engine engine, Curvature curvature, BadSamples policy) {
    this(engine, curvature, policy, 0, LinearSolve.AUTO);
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
    private final int batch;
    private final DType dtype;
    private final ProblemSpec spec;
    private final LinearSolve method;
    private AdjointPrograms programs;
    private LinearSystems systems;
    private SensitivityPass stages;

    Compiled(Problem problem) {
      this.batch = problem.batch();
      this.dtype = problem.dtype();
      this.spec = problem.spec();
      this.method =
          linearSolve.resolve(
              spec.horizon() * spec.actionSize(), spec.stateSize() + spec.actionSize());
    }

    /** Traces J over all actions at once, which a long horizon can do without. */
    private void begin(Problem problem) {
      if (programs == null) {
        programs = new AdjointPrograms(engine, spec, batch, dtype, curvature, workers.threads());
        systems = new LinearSystems(programs, dtype, method, this::stages);
      }
      programs.begin(problem);
    }

    private SensitivityPass stages() {
      if (stages == null) {
        stages = new SensitivityPass(engine, spec, batch, dtype, curvature, workers);
      }
      return stages;
    }

    /** Whether the stages alone give everything. */
    private boolean byStages(Cotangents cotangents) {
      return method == LinearSolve.RICCATI
          && smoothing == 0
          && !cotangents.isOfCostAlone()
          && stages().reachesLeaves();
    }

    Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents) {
      Cotangents finite = cotangents.finite(batch);
      SampleOutcomes outcomes = new SampleOutcomes(policy, cotangents, batch);
      if (byStages(cotangents)) {
        return new StagewisePullBack(problem, solution, finite, outcomes)
            .run(stages(), policy == BadSamples.TRUNCATED);
      }
      begin(problem);
      Linearization at = linearize(problem, solution);
      LeafSum sum = new LeafSum(problem);
      Loss loss = new Loss(programs, at, finite);
      if (cotangents.isOfCostAlone()) {
        envelope(at, solution, loss, outcomes, sum);
      } else if (smoothing > 0) {
        smoothed(at, solution, loss.total, outcomes, sum);
      } else {
        exact(problem, at, solution, loss.total, outcomes, sum);
      }
      int[] standIns = outcomes.standIns();
      if (standIns != null && loss.isDirect()) {
        loss.leaveOut(outcomes);
        sum.add(programs.direct(at, loss.states, loss.cost, standIns));
      }
      return sum.gradients(outcomes.samples());
    }

    private Linearization linearize(Problem problem, Solution solution) {
      Linearization at =
          new Linearization(
              solution.actions().toDoubles(),
              Boxes.low(problem),
              Boxes.high(problem),
              batch,
              programs.conditions());
      at.expect(solution);
      programs.linearize(at, dtype);
      return at;
    }

    /** For L = J*: dL/dlow is the multiplier; the leaves have direct terms only. */
    private void envelope(
        Linearization at, Solution solution, Loss loss, SampleOutcomes outcomes, LeafSum sum) {
      for (int b = 0; b < batch; b++) {
        outcomes.judge(b, solution, at, true, true, true, Double.NaN);
        for (int k = b * at.n; k < (b + 1) * at.n && !outcomes.isMasked(b); k++) {
          if (at.held[k]) {
            sum.addToBound(at, k, loss.cost[b] * at.gradient[k]);
          }
        }
      }
      outcomes.failIfAsked();
    }

    private void exact(
        Problem problem,
        Linearization at,
        Solution solution,
        double[] v,
        SampleOutcomes outcomes,
        LeafSum sum) {
      Solved solved = systems.solve(problem, solution, at, v, policy == BadSamples.TRUNCATED);
      for (int b = 0; b < batch; b++) {
        outcomes.judge(
            b,
            solution,
            at,
            isFinite(solved, at, b) && isFinite(solved.hessianProduct(), b),
            true,
            solved.definite()[b],
            solved.curvature()[b]);
      }
      outcomes.failIfAsked();
      for (int b = 0; b < batch; b++) {
        if (outcomes.isMasked(b)) {
          leaveOut(at, solved, b);
          continue;
        }
        for (int k = b * at.n; k < (b + 1) * at.n; k++) {
          if (at.held[k]) {
            sum.addToBound(at, k, v[k] - solved.hessianProduct()[k] - tie(at, solved, b, k));
          }
        }
      }
      pullBack(at, solved, outcomes, sum);
    }

    /** Σ ν_i dJ_i/du_k. */
    private double tie(Linearization at, Solved solved, int b, int k) {
      double sum = 0;
      for (int p = 0; p < at.functions; p++) {
        double nu = solved.ties()[b * at.functions + p];
        sum += nu == 0 ? 0 : nu * at.gradients[(b * at.functions + p) * at.n + k - b * at.n];
      }
      return sum;
    }

    private void smoothed(
        Linearization solved, Solution solution, double[] v, SampleOutcomes outcomes, LeafSum sum) {
      Barrier.Smoothed smooth = new Barrier(programs, dtype, smoothing).from(solved);
      Linearization at = smooth.at();
      Solved w = Solved.empty(at);
      int[][] free = new int[batch][];
      boolean[] all = new boolean[batch];
      for (int b = 0; b < batch; b++) {
        free[b] = at.free(b);
        all[b] = true;
      }
      new DenseSystems(programs)
          .solve(at, all, free, v, smooth.diagonal(), policy == BadSamples.TRUNCATED, w);
      for (int b = 0; b < batch; b++) {
        outcomes.judge(
            b,
            solution,
            solved,
            isFinite(w, at, b),
            smooth.reached()[b],
            w.definite()[b],
            w.curvature()[b]);
      }
      outcomes.failIfAsked();
      for (int b = 0; b < batch; b++) {
        if (outcomes.isMasked(b)) {
          leaveOut(at, w, b);
          continue;
        }
        for (int k = b * at.n; k < (b + 1) * at.n; k++) {
          if (at.held[k]) {
            sum.addToBound(at, k, v[k] - w.hessianProduct()[k] - tie(at, w, b, k));
          } else {
            double low = at.u[k] - at.low[k];
            double high = at.high[k] - at.u[k];
            sum.addToLow(k, smoothing / (low * low) * w.w()[k]);
            sum.addToHigh(k, smoothing / (high * high) * w.w()[k]);
          }
        }
      }
      pullBack(at, w, outcomes, sum);
    }

    private boolean isFinite(Solved solved, Linearization at, int b) {
      return isFinite(solved.w(), b) && isFinite(solved.ties(), b) && isFinite(at.weights, b);
    }

    private boolean isFinite(double[] values, int b) {
      int n = values.length / batch;
      for (int k = b * n; k < (b + 1) * n; k++) {
        if (!Double.isFinite(values[k])) {
          return false;
        }
      }
      return true;
    }

    private void leaveOut(Linearization at, Solved solved, int b) {
      int n = solved.w().length / batch;
      int k = solved.ties().length / batch;
      Arrays.fill(solved.w(), b * n, (b + 1) * n, 0);
      Arrays.fill(solved.ties(), b * k, (b + 1) * k, 0);
      Arrays.fill(at.weights, b * k, (b + 1) * k, 0);
    }

    private void pullBack(Linearization at, Solved solved, SampleOutcomes outcomes, LeafSum sum) {
      int[] standIns = outcomes.standIns();
      if (standIns != null) {
        sum.add(programs.implicit(at, solved.w(), solved.ties(), standIns));
      }
    }

    @Override
    public void close() {
      if (programs != null) {
        programs.close();
      }
      if (stages != null) {
        stages.close();
      }
    }
  }
}

package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.PlanCache;
import java.util.Arrays;
import java.util.List;

/**
 * Back through the iterations that the solver has recorded, all of them ({@code unroll}) or the
 * last few ({@code truncated}); what came before is taken as constant, and so is the damping. A
 * step {@code u' = u + p}, {@code (H + λI)_FF p_F = -∇J_F - H_FA p_A}, goes back as
 *
 * <pre>
 *   (H + λI)_FF q_F = ū'_F,  q_A = 0
 *   ū = ū'_F - ∂/∂u (q·∇J + q·Hp) + (H q)_A,     θ̄ = -∂/∂θ (q·∇J + q·Hp),     bound_A = ū'_A - (H q)_A
 * </pre>
 *
 * with p constant. At a solution that Newton steps have found, one step back is the exact implicit
 * gradient; away from one it is the gradient of what the solver did.
 */
public final class UnrolledAdjoint implements Adjoint {
  private final Engine engine;
  private final Curvature curvature;
  private final BadSamples policy;
  private final int most;
  private final PlanCache<Compiled> plans;

  /**
   * An adjoint.
   *
   * @param curvature the H of the solver's steps
   * @param most how many steps it goes back through, at least 1
   */
  public UnrolledAdjoint(Engine engine, Curvature curvature, BadSamples policy, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("steps: found " + most + ", expected at least 1");
    }
    this.engine = engine;
    this.curvature = curvature;
    this.policy = policy;
    this.most = most;
    this.plans = new PlanCache<>(Compiled::new);
  }

  @Override
  public Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents) {
    cotangents.check(problem);
    if (solution.steps().isEmpty() && Arrays.stream(solution.iterations()).anyMatch(i -> i > 0)) {
      throw new IllegalStateException(
          "adjoint: the solution carries no steps to go back through; ask the solver to record them"
              + " before it solves");
    }
    return plans.get(problem).pullBack(problem, solution, cotangents);
  }

  @Override
  public void close() {
    plans.close();
  }

  private final class Compiled implements AutoCloseable {
    private final int batch;
    private final DType dtype;
    private final AdjointPrograms programs;

    Compiled(Problem problem) {
      this.batch = problem.batch();
      this.dtype = problem.dtype();
      this.programs = new AdjointPrograms(engine, problem.spec(), batch, dtype, curvature, 1);
    }

    Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents) {
      programs.begin(problem);
      LeafSum sum = new LeafSum(problem);
      double[] low = Boxes.low(problem);
      double[] high = Boxes.high(problem);
      Linearization end = at(solution.actions().toDoubles(), low, high);
      Loss loss = new Loss(programs, end, cotangents.finite(batch));
      SampleOutcomes outcomes = new SampleOutcomes(policy, cotangents, batch);
      for (int b = 0; b < batch; b++) {
        outcomes.judgeSteps(b, end, loss.isFinite(b));
      }
      outcomes.failIfAsked();
      int[] standIns = outcomes.standIns();
      if (standIns != null) {
        loss.leaveOut(outcomes);
        sum.add(programs.direct(end, loss.states, loss.cost, standIns));
        back(solution.steps(), end, loss.total, standIns, sum);
      }
      return sum.gradients(outcomes.samples());
    }

    /** Back through the steps of every sample, last to first, as many as it may. */
    private void back(
        List<Solution.Step> steps, Linearization end, double[] ubar, int[] standIns, LeafSum sum) {
      double[] bar = ubar;
      int[] gone = new int[batch];
      for (int j = steps.size() - 1; j >= 0; j--) {
        Solution.Step step = steps.get(j);
        boolean[] chosen = new boolean[batch];
        boolean any = false;
        for (int b = 0; b < batch; b++) {
          chosen[b] = step.taken()[b] && standIns[b] == b && gone[b] < most;
          gone[b] += chosen[b] ? 1 : 0;
          any |= chosen[b];
        }
        if (any) {
          Linearization before = at(actions(step, chosen, end.u), end.low, end.high);
          bar = back(step, before, bar, chosen, standIns, sum);
        }
      }
    }

    /** Where a sample has no such step, its solution stands in. */
    private double[] actions(Solution.Step step, boolean[] chosen, double[] solution) {
      double[] u = solution.clone();
      int n = u.length / batch;
      for (int b = 0; b < batch; b++) {
        if (chosen[b]) {
          System.arraycopy(step.actions(), b * n, u, b * n, n);
        }
      }
      return u;
    }

    private Linearization at(double[] u, double[] low, double[] high) {
      Linearization at = new Linearization(u, low, high, batch, programs.conditions());
      programs.linearize(at, dtype);
      return at;
    }

    /** One step backwards; returns the cotangent of the actions before it. */
    private double[] back(
        Solution.Step step,
        Linearization at,
        double[] ubar,
        boolean[] chosen,
        int[] standIns,
        LeafSum sum) {
      int n = at.n;
      int[][] free = new int[batch][];
      double[] diagonal = new double[batch * n];
      for (int b = 0; b < batch; b++) {
        System.arraycopy(step.held(), b * n, at.held, b * n, n);
        Arrays.fill(diagonal, b * n, (b + 1) * n, step.damping()[b]);
        free[b] = at.free(b);
      }
      Solved solved = Solved.empty(at);
      new DenseSystems(programs).solve(at, chosen, free, ubar, diagonal, false, solved);
      double[] before = new double[batch * n];
      sum.add(programs.iteration(at, solved.w(), step.step(), standIns, before));
      double[] out = new double[batch * n];
      for (int k = 0; k < out.length; k++) {
        if (!chosen[k / n]) {
          out[k] = ubar[k];
        } else if (at.held[k]) {
          out[k] = solved.hessianProduct()[k] + before[k];
          double bar = ubar[k] - solved.hessianProduct()[k];
          boolean toLow = at.u[k] + step.step()[k] <= at.low[k];
          addToBound(sum, at, k, toLow, bar);
        } else {
          out[k] = ubar[k] + before[k];
        }
      }
      return out;
    }

    private void addToBound(LeafSum sum, Linearization at, int k, boolean toLow, double bar) {
      if (at.low[k] == at.high[k]) {
        sum.addToBound(at, k, bar);
      } else if (toLow) {
        sum.addToLow(k, bar);
      } else {
        sum.addToHigh(k, bar);
      }
    }

    @Override
    public void close() {
      programs.close();
    }
  }
}

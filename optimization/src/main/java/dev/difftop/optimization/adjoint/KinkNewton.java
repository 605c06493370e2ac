package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.Rounding;

/**
 * Brings solutions that lie near a kink of J onto it: Newton steps on the conditions that hold
 * there, {@code Σ λ_i ∇J_i = 0} on the free set and equal J_i where they tie, with exact second
 * derivatives. A solver that has come close may end with it; it converges quadratically from there,
 * and leaves a sample alone that it cannot improve. See {@link ImplicitAdjoint} for the conditions.
 */
public final class KinkNewton implements AutoCloseable {
  private static final int MOST_STEPS = 8;

  private final ConvergenceCheck check;
  private final PlanCache<Compiled> plans;

  /** With the check that a converged sample passes. */
  public KinkNewton(Engine engine, ConvergenceCheck check) {
    this.check = check;
    this.plans = new PlanCache<>(problem -> new Compiled(engine, problem));
  }

  /**
   * Improves the samples that have not converged and lie at a kink.
   *
   * @return the solution itself if there are none
   */
  public Solution polish(Problem problem, Solution solution) {
    boolean any = false;
    for (Status status : solution.status()) {
      any |= mayImprove(status);
    }
    return any ? plans.get(problem).polish(problem, solution) : solution;
  }

  private static boolean mayImprove(Status status) {
    return status == Status.STALLED || status == Status.REGULARIZATION_LIMIT;
  }

  @Override
  public void close() {
    plans.close();
  }

  private final class Compiled implements AutoCloseable {
    private final int batch;
    private final DType dtype;
    private final AdjointPrograms programs;
    private final CompiledProblem rollout;

    Compiled(Engine engine, Problem problem) {
      this.batch = problem.batch();
      this.dtype = problem.dtype();
      this.programs = new AdjointPrograms(engine, problem.spec(), batch, dtype, Curvature.EXACT, 1);
      this.rollout =
          new CompiledProblem(
              engine, problem.spec(), new Objective(problem.spec()).rollout(), batch, dtype);
    }

    Solution polish(Problem problem, Solution solution) {
      programs.begin(problem);
      Linearization at = at(problem, solution.actions().toDoubles());
      double[] residual = residuals(at);
      boolean[] active = new boolean[batch];
      for (int b = 0; b < batch; b++) {
        active[b] = mayImprove(solution.status(b)) && at.border(b).size() > 0;
      }
      for (int step = 0; step < MOST_STEPS && any(active); step++) {
        Linearization next = at(problem, stepped(at, active));
        double[] after = residuals(next);
        for (int b = 0; b < batch; b++) {
          active[b] &= after[b] < residual[b];
        }
        at = at(problem, merged(at, next, active));
        residual = residuals(at);
      }
      return result(problem, solution, at, residual);
    }

    private Linearization at(Problem problem, double[] u) {
      Linearization at =
          new Linearization(
              u, Boxes.low(problem), Boxes.high(problem), batch, programs.conditions());
      programs.linearize(at, dtype);
      return at;
    }

    /** Stationarity, or the gap of a tie or an active limit, whichever is larger. */
    private double[] residuals(Linearization at) {
      double[] out = new double[batch];
      for (int b = 0; b < batch; b++) {
        out[b] = Math.max(at.stationarity(b), gap(at, b));
      }
      return out;
    }

    private double gap(Linearization at, int b) {
      Border border = at.border(b);
      double largest = 0;
      for (int t = 0; t < border.size(); t++) {
        largest = Math.max(largest, Math.abs(border.gap(t)));
      }
      return largest;
    }

    private double[] stepped(Linearization at, boolean[] active) {
      int[][] free = new int[batch][];
      int most = 0;
      for (int b = 0; b < batch; b++) {
        free[b] = active[b] ? at.free(b) : new int[0];
        most = Math.max(most, free[b].length);
      }
      double[] columns = new DenseSystems(programs).columns(at, free);
      double[] u = at.u.clone();
      for (int b = 0; b < batch; b++) {
        if (free[b].length > 0) {
          step(at, b, free[b], DenseSystems.system(at, b, free[b], columns, most, null), u);
        }
      }
      return u;
    }

    private void step(Linearization at, int b, int[] free, SampleSystem system, double[] u) {
      double[] right = new double[free.length];
      for (int i = 0; i < free.length; i++) {
        right[i] = -at.gradient[b * at.n + free[i]];
      }
      double[] du = system.solveDamped(right, at.border(b).gapsToClose());
      for (int i = 0; i < free.length; i++) {
        int k = b * at.n + free[i];
        u[k] = Boxes.clamp(at.u[k] + du[i], at.low[k], at.high[k]);
      }
    }

    private double[] merged(Linearization at, Linearization next, boolean[] active) {
      double[] u = at.u.clone();
      for (int b = 0; b < batch; b++) {
        if (active[b]) {
          System.arraycopy(next.u, b * at.n, u, b * at.n, at.n);
        }
      }
      return u;
    }

    private Solution result(Problem problem, Solution before, Linearization at, double[] residual) {
      rollout.load(problem);
      rollout.set(Objective.ACTIONS, at.u);
      rollout.run();
      double[] cost = rollout.get("cost");
      Status[] status = before.status().clone();
      double[] stationarity = before.stationarity().clone();
      for (int b = 0; b < batch; b++) {
        if (mayImprove(status[b]) && at.border(b).size() > 0) {
          stationarity[b] = at.stationarity(b);
          double allowed = Math.max(check.allowed(cost[b]), Rounding.of(cost[b], dtype));
          boolean found = check.isStationary(stationarity[b], cost[b]) && residual[b] <= allowed;
          status[b] = found ? Status.CONVERGED : status[b];
        }
      }
      return before.toBuilder()
          .actions(at.u)
          .states(rollout.get("states"))
          .cost(cost)
          .status(status)
          .stationarity(stationarity)
          .build();
    }

    private boolean any(boolean[] active) {
      for (boolean a : active) {
        if (a) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void close() {
      programs.close();
      rollout.close();
    }
  }
}

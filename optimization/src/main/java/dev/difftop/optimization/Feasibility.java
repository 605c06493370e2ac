package dev.difftop.optimization;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import java.util.Map;

/** How well trajectories keep the limits of {@link dev.difftop.api.ConstrainedCost}. */
public final class Feasibility implements AutoCloseable {
  /** A violation up to this counts as rounding. */
  private static final double ALLOWED_FLOAT64 = 1e-6;

  private static final double ALLOWED_FLOAT32 = 1e-3;

  private final PlanCache<CompiledProblem> plans;

  /** With what compiles its programs, once for each spec and batch size. */
  public Feasibility(Engine engine) {
    this.plans =
        new PlanCache<>(
            p -> {
              Objective objective = new Objective(p.spec());
              return new CompiledProblem(
                  engine,
                  p.spec(),
                  objective.program(Map.of("violation", objective.violation())),
                  p.batch(),
                  p.dtype());
            });
  }

  /** The violation that counts as rounding, in units of the limits. */
  public static double allowed(DType dtype) {
    return dtype == DType.FLOAT32 ? ALLOWED_FLOAT32 : ALLOWED_FLOAT64;
  }

  /**
   * The largest violation of every sample: 0 where all limits are kept.
   *
   * @param actions shape (B, H, nu), such as those of a solution
   */
  public double[] violations(Problem problem, Array actions) {
    CompiledProblem plan = plans.get(problem);
    plan.load(problem);
    plan.set(Objective.ACTIONS, actions);
    plan.run();
    return plan.get("violation");
  }

  /**
   * A solution whose converged samples are {@link Status#INFEASIBLE} where they break a limit.
   *
   * @return the solution itself if none does, or if there are no limits
   */
  public Solution judge(Problem problem, Solution solution) {
    if (!problem.spec().hasLimits()) {
      return solution;
    }
    double[] violation = violations(problem, solution.actions());
    double allowed = allowed(problem.dtype());
    Status[] status = solution.status().clone();
    for (int b = 0; b < status.length; b++) {
      boolean broken = status[b].isConverged() && !(violation[b] <= allowed);
      status[b] = broken ? Status.INFEASIBLE : status[b];
    }
    return solution.toBuilder().status(status).build();
  }

  @Override
  public void close() {
    plans.close();
  }
}

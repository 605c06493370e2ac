package dev.difftop.optimization;

import dev.difftop.api.Array;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import java.util.Map;

/** How well trajectories keep the limits of {@link dev.difftop.api.ConstrainedCost}. */
public final class Feasibility implements AutoCloseable {
  private final PlanCache<ProblemPlan> plans;

  /** With what compiles its programs, once for each spec and batch size. */
  public Feasibility(Engine engine) {
    this.plans =
        new PlanCache<>(
            p -> {
              Objective objective = new Objective(p.spec());
              return new ProblemPlan(
                  engine,
                  p.spec(),
                  objective.program(Map.of("violation", objective.violation())),
                  p.batch(),
                  p.dtype());
            });
  }

  /**
   * The largest violation of every sample: 0 where all limits are kept.
   *
   * @param actions shape (B, H, nu), such as those of a solution
   */
  public double[] violations(Problem problem, Array actions) {
    ProblemPlan plan = plans.get(problem);
    plan.load(problem);
    plan.set(Objective.ACTIONS, actions);
    plan.run();
    return plan.get("violation");
  }

  @Override
  public void close() {
    plans.close();
  }
}

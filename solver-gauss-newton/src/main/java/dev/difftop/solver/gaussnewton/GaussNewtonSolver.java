package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Deadline;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.ProblemPlan;
import dev.difftop.optimization.SampleResults;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Minimises J over all actions at once (single shooting): each iteration minimises the quadratic
 * model with curvature H + λ D over the box, and adapts λ by how well the model foretold the
 * decrease. Samples of a batch share nothing but the runs of the plans. Nocedal and Wright,
 * "Numerical Optimization", chapters 4, 10 and 16.
 */
final class GaussNewtonSolver implements Solver {
  private final GaussNewtonConfig config;
  private final Engine engine;
  private final PlanCache<Plans> plans;

  @Inject
  GaussNewtonSolver(GaussNewtonConfig config, Engine engine) {
    this.config = config;
    this.engine = engine;
    this.plans = new PlanCache<>(p -> new Plans(p.spec(), p.batch(), p.dtype()));
  }

  @Override
  public Optional<String> refusal(ProblemSpec spec) {
    return config.hessian() == Curvature.EXACT && !spec.dynamics().supportsSecondDerivatives()
        ? Optional.of(
            "solver gauss-newton with hessian: exact needs second derivatives of the dynamics, which"
                + " these have not; choose hessian: gauss-newton")
        : Optional.empty();
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    double[] start = Guesses.inside(problem, guess, low, high);
    return plans.get(problem).solve(problem, start, low, high, deadline);
  }

  @Override
  public void close() {
    plans.close();
  }

  /** The compiled programs for one spec and batch size, and the loop over them. */
  private final class Plans implements AutoCloseable {
    private final ProblemSpec spec;
    private final int batch;
    private final ProblemPlan expansion;
    private final ProblemPlan rollout;

    Plans(ProblemSpec spec, int batch, DType dtype) {
      Objective objective = new Objective(spec);
      this.spec = spec;
      this.batch = batch;
      this.expansion =
          new ProblemPlan(engine, spec, objective.expansion(config.hessian()), batch, dtype);
      this.rollout = new ProblemPlan(engine, spec, objective.rollout(), batch, dtype);
    }

    Solution solve(
        Problem problem, double[] start, double[] low, double[] high, Deadline deadline) {
      expansion.load(problem);
      rollout.load(problem);
      SampleResults results = new SampleResults(batch);
      Iterates iterates = new Iterates(config, results, start, low, high, problem.dtype(), batch);
      for (int iteration = 0; results.anyActive(); iteration++) {
        expand(iterates);
        iterates.judge(iteration);
        if (iteration == config.maxIterations()) {
          results.finishRest(Status.ITERATION_LIMIT, iteration);
        } else if (deadline.isPast()) {
          results.finishRest(Status.DEADLINE, iteration);
        }
        iterates.propose(iteration);
        if (results.anyActive()) {
          rollout.set(Objective.ACTIONS, iterates.candidate());
          rollout.run();
          rollout.get("cost", iterates.candidateCost());
          iterates.acceptOrDamp();
        }
      }
      return solution(iterates, results);
    }

    private void expand(Iterates iterates) {
      expansion.set(Objective.ACTIONS, iterates.actions());
      expansion.run();
      expansion.get("cost", iterates.cost());
      expansion.get("gradient", iterates.gradient());
      expansion.get("hessian", iterates.hessian());
    }

    private Solution solution(Iterates iterates, SampleResults results) {
      rollout.set(Objective.ACTIONS, iterates.actions());
      rollout.run();
      int h = spec.horizon();
      return new Solution(
          Array.of(iterates.actions(), batch, h, spec.actionSize()),
          Array.of(rollout.get("states"), batch, h + 1, spec.stateSize()),
          rollout.get("cost"),
          results.status(),
          results.iterations(),
          iterates.stationarity(),
          Optional.empty());
    }

    @Override
    public void close() {
      expansion.close();
      rollout.close();
    }
  }
}

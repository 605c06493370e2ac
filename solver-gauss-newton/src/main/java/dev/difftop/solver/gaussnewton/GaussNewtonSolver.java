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
import dev.difftop.api.StepRecording;
import dev.difftop.api.program.Program;
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
 *
 * <p>A cost that is the largest of several pieces has kinks, where no smooth model foretells a
 * step: such problems go to {@link LbfgsSolver}, whose steps see the pieces.
 */
final class GaussNewtonSolver implements Solver, StepRecording {
  /** Steps that tell of the curvature where J has kinks. */
  private static final int KINK_MEMORY = 10;

  private final GaussNewtonConfig config;
  private final Engine engine;
  private final PlanCache<Plans> plans;
  private final LbfgsSolver kinked;
  private int recorded;

  @Inject
  GaussNewtonSolver(GaussNewtonConfig config, Engine engine) {
    this.config = config;
    this.engine = engine;
    this.plans = new PlanCache<>(p -> new Plans(p.spec(), p.batch(), p.dtype()));
    this.kinked =
        new LbfgsSolver(
            new LbfgsConfig(config.maxIterations(), config.tolerance(), KINK_MEMORY, 1), engine);
  }

  @Override
  public Optional<String> refusal(ProblemSpec spec) {
    return config.hessian() == Curvature.EXACT && !spec.dynamics().supportsSecondDerivatives()
        ? Optional.of(
            "solver gauss-newton with hessian: exact needs second derivatives of the dynamics,"
                + " which these have not; choose hessian: gauss-newton")
        : Optional.empty();
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    double[] start = Guesses.inside(problem, guess, low, high);
    Plans compiled = plans.get(problem);
    return compiled.hasKinks()
        ? kinked.solve(problem, guess, deadline)
        : compiled.solve(problem, start, low, high, deadline);
  }

  @Override
  public void recordSteps(int last) {
    recorded = last;
  }

  @Override
  public Optional<String> recordingRefusal(ProblemSpec spec) {
    return Optional.empty();
  }

  @Override
  public void close() {
    plans.close();
    kinked.close();
  }

  /** The compiled programs for one spec and batch size, and the loop over them. */
  private final class Plans implements AutoCloseable {
    private final ProblemSpec spec;
    private final int batch;
    private final boolean hasKinks;
    private final ProblemPlan expansion;
    private final ProblemPlan rollout;

    Plans(ProblemSpec spec, int batch, DType dtype) {
      Objective objective = new Objective(spec);
      this.spec = spec;
      this.batch = batch;
      this.hasKinks = objective.pieces().size() > 1;
      this.expansion = hasKinks ? null : plan(objective.expansion(config.hessian()), dtype);
      this.rollout = hasKinks ? null : plan(objective.rollout(), dtype);
    }

    private ProblemPlan plan(Program program, DType dtype) {
      return new ProblemPlan(engine, spec, program, batch, dtype);
    }

    boolean hasKinks() {
      return hasKinks;
    }

    Solution solve(
        Problem problem, double[] start, double[] low, double[] high, Deadline deadline) {
      expansion.load(problem);
      rollout.load(problem);
      SampleResults results = new SampleResults(batch);
      Iterates iterates =
          new Iterates(config, results, start, low, high, problem.dtype(), batch, recorded);
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
          Optional.empty(),
          iterates.steps());
    }

    @Override
    public void close() {
      if (!hasKinks) {
        expansion.close();
        rollout.close();
      }
    }
  }
}

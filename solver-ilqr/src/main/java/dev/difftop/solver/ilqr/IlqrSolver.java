package dev.difftop.solver.ilqr;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Attempts;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.stagewise.Workers;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Iterative LQR: a backward Riccati pass with a box QP at each stage gives feedback and feedforward
 * gains, a line search rolls them out. With the dynamics' curvature it is differential dynamic
 * programming, with costates of the nominal trajectory in place of V_x (a stagewise Newton method).
 * Li and Todorov 2004; Tassa et al. 2014.
 */
final class IlqrSolver implements Solver {
  private final IlqrConfig config;
  private final Workers workers;
  private final PlanCache<IlqrBatch> plans;
  private final Attempts attempts;

  @Inject
  IlqrSolver(IlqrConfig config, Engine engine, RandomStream random) {
    this.config = config;
    this.workers = new Workers(config.threads());
    this.plans = new PlanCache<>(p -> new IlqrBatch(config, engine, workers, p));
    this.attempts = new Attempts(this::solveFrom, config.attempts(), random.child("attempts"));
  }

  @Override
  public Optional<String> refusal(ProblemSpec spec) {
    if (spec.hasLimits()) {
      return Optional.of(
          "solver ilqr sees no limits beside the box, and this cost has some; choose"
              + " augmented-lagrangian, whose inner solver it can be, lbfgs, gauss-newton or hybrid");
    }
    if (!spec.cost().supportsSecondDerivatives() && !spec.hasResiduals()) {
      return Optional.of(
          "solver ilqr needs second derivatives of the cost or its residuals, and this cost has"
              + " neither; choose lbfgs");
    }
    return config.dynamicsCurvature() == IlqrConfig.DynamicsCurvature.ALWAYS
        ? spec.withoutSecondDerivatives().map(IlqrSolver::needsSecondDerivatives)
        : Optional.empty();
  }

  private static String needsSecondDerivatives(String part) {
    return "solver ilqr with dynamics-curvature: always needs second derivatives of the %s, which has none; choose dynamics-curvature: auto"
        .formatted(part);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    return attempts.best(problem, guess, deadline);
  }

  private Solution solveFrom(Problem problem, Array guess, Deadline deadline) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    double[] start = Guesses.inside(problem, guess, low, high);
    return plans.get(problem).solve(problem, start, low, high, deadline);
  }

  @Override
  public void close() {
    plans.close();
    workers.close();
  }
}

package dev.difftop.solver.ilqr;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.RandomRestarts;
import dev.difftop.optimization.stagewise.BackwardPass;
import dev.difftop.optimization.stagewise.SampleBlocks;
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
  private final WorkerPool workers;
  private final PlanCache<SampleBlocks> plans;
  private final PlanCache<SampleBlocks> stabilized;
  private final RandomRestarts restarts;

  @Inject
  IlqrSolver(IlqrConfig config, Engine engine, RandomStream random) {
    this.config = config;
    this.workers = new WorkerPool(config.threads());
    this.plans = plans(engine, config);
    this.stabilized = plans(engine, config.with(IlqrConfig.Start.MULTIPLE_SHOOTING));
    this.restarts =
        new RandomRestarts(
            (problem, guess, deadline) -> solve(plans, problem, guess, deadline),
            Optional.of((problem, guess, deadline) -> solve(stabilized, problem, guess, deadline)),
            config.randomRestarts(),
            random.child("attempts"));
  }

  private PlanCache<SampleBlocks> plans(Engine engine, IlqrConfig with) {
    return new PlanCache<>(
        problem ->
            new SampleBlocks(engine, workers, problem, layout -> new IlqrMethod(with, layout)));
  }

  @Override
  public Optional<String> refusal(ProblemSpec spec) {
    if (spec.hasLimits()) {
      return Optional.of(
          "solver ilqr has no place for constraints beside the box, and this cost has some; choose"
              + " augmented-lagrangian, whose inner solver it can be, lbfgs, gauss-newton or"
              + " hybrid");
    }
    if (hasKinks(spec)) {
      return Optional.of(
          "solver ilqr takes steps of one smooth cost, and this one is the largest of several (such"
              + " as the smaller of two critics), whose optimum is a nondifferentiable point;"
              + " choose lbfgs, gauss-newton or hybrid, or the mean or soft minimum of the"
              + " critics");
    }
    if (!spec.cost().supportsSecondDerivatives() && !spec.hasResiduals()) {
      return Optional.of(
          "solver ilqr needs second derivatives of the cost or its residuals, and this cost has"
              + " neither; choose lbfgs");
    }
    return config.dynamicsCurvature() == BackwardPass.DynamicsCurvature.ALWAYS
        ? spec.withoutSecondDerivatives().map(IlqrSolver::needsSecondDerivatives)
        : Optional.empty();
  }

  private static boolean hasKinks(ProblemSpec spec) {
    Tensor last = Tensor.input("last state", Shape.batched(spec.stateSize()));
    Terminal terminal = spec.terminal(last, ProblemSpec.Leaves.inputs(spec));
    return spec.terminalPieces(terminal).size() > 1;
  }

  private static String needsSecondDerivatives(String part) {
    return "solver ilqr with dynamics-curvature: always needs second derivatives of the %s, which has none; choose dynamics-curvature: auto"
        .formatted(part);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    return restarts.best(problem, guess, deadline);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline, RandomStream stream) {
    return restarts.best(problem, guess, deadline, stream.child("restarts"));
  }

  private Solution solve(
      PlanCache<SampleBlocks> with, Problem problem, Array guess, Deadline deadline) {
    double[] start = Guesses.inside(problem, guess);
    Limits limits = new Limits(config.maxIterations(), deadline);
    return with.get(problem).solve(problem, start, config.initialMu(), limits);
  }

  @Override
  public void close() {
    plans.close();
    stabilized.close();
  }
}

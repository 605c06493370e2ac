package dev.difftop.optimization.stagewise;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.RandomRestarts;
import dev.difftop.optimization.SolutionRows;
import dev.difftop.optimization.StageExpansion;

/**
 * Starts for unstable systems: iLQR with multiple shooting. The gains around states that stay where
 * they start make a closed-loop rollout that does not fall, however unstable the system is. A
 * method of single shooting may start from its actions; where it cannot end there, since rounding
 * of an action grows along the horizon beyond any tolerance, what feedback finds is the solution.
 */
public final class StabilizedStart implements AutoCloseable {
  private static final int ITERATIONS = 8;
  private static final ConvergenceCheck NEAR = new ConvergenceCheck(1e-6);
  private static final BackwardPass.Settings NEVER =
      new BackwardPass.Settings(
          BackwardPass.DynamicsCurvature.NEVER, RiccatiPass.Regularization.CONTROL, 10, 1e10);
  private static final BackwardPass.Settings AUTO =
      new BackwardPass.Settings(
          BackwardPass.DynamicsCurvature.AUTO, RiccatiPass.Regularization.CONTROL, 10, 1e10);

  private final int maxIterations;
  private final PlanCache<SampleBlocks> near;
  private final PlanCache<SampleBlocks> whole;

  /**
   * With what compiles its programs, once for each spec and batch size.
   *
   * @param convergence of the solver that it starts
   * @param maxIterations of that solver
   */
  public StabilizedStart(
      Engine engine, WorkerPool workers, ConvergenceCheck convergence, int maxIterations) {
    this.maxIterations = maxIterations;
    this.near =
        new PlanCache<>(
            problem ->
                new SampleBlocks(
                    engine, workers, problem, layout -> new Method(NEAR, NEVER, layout)));
    this.whole =
        new PlanCache<>(
            problem ->
                new SampleBlocks(
                    engine, workers, problem, layout -> new Method(convergence, AUTO, layout)));
  }

  /** Whether there is one: it needs second derivatives of the cost, or residuals. */
  public static boolean exists(ProblemSpec spec) {
    return spec.cost().supportsSecondDerivatives() || spec.hasResiduals();
  }

  /**
   * Solves from the actions of a closed-loop rollout; samples that do not converge from there are
   * what feedback finds, if that has converged.
   *
   * @param guess around which the gains are found, clamped to the box
   * @param solve the solver that it starts
   */
  public Solution solve(
      Problem problem, Array guess, Deadline deadline, RandomRestarts.Solve solve) {
    double[] start = Guesses.inside(problem, guess);
    Array actions =
        near.get(problem).solve(problem, start, 0, new Limits(ITERATIONS, deadline)).actions();
    Solution own = solve.from(problem, actions, deadline);
    if (own.convergedShare() == 1
        || deadline.isPast()
        || !new StageExpansion(problem.spec()).isSmooth()) {
      return own;
    }
    return SolutionRows.takeConverged(own, closedLoop(problem, start, maxIterations, deadline));
  }

  /**
   * The solutions of linear-quadratic samples without a guess from their matrices, where no bound
   * is met; the other samples have not converged.
   */
  public Solution fromMatrices(Problem problem, Array guess, Deadline deadline) {
    return closedLoop(problem, Guesses.inside(problem, guess), 1, deadline);
  }

  private Solution closedLoop(Problem problem, double[] start, int most, Deadline deadline) {
    Limits limits = new Limits(Math.min(most, maxIterations), deadline);
    return whole.get(problem).solve(problem, start, 0, limits);
  }

  @Override
  public void close() {
    near.close();
    whole.close();
  }

  /** iLQR from jumping trajectories. */
  private static final class Method implements StagewiseMethod {
    private final ConvergenceCheck convergence;
    private final Start start;
    private final BackwardPass backwardPass;
    private final FeedbackLineSearch lineSearch;

    Method(
        ConvergenceCheck convergence, BackwardPass.Settings damping, SampleBlocks.Layout layout) {
      this.convergence = convergence;
      this.start = new Start(layout);
      this.backwardPass = new BackwardPass(damping, layout);
      this.lineSearch = new FeedbackLineSearch(damping, 10, 1e-4, layout);
    }

    @Override
    public void solve(SampleBlock samples, StageModel model, Limits limits) {
      start.solveOrRollOut(samples, model, backwardPass, limits);
      if (!model.isQuadratic()) {
        start.openGaps(samples, model);
      }
      for (int iteration = 0; samples.anyActive(); iteration++) {
        samples.expand(model);
        samples.check(convergence, limits, iteration, true);
        backwardPass.run(samples, model, iteration);
        lineSearch.run(samples, model, iteration);
        samples.update();
      }
    }
  }
}

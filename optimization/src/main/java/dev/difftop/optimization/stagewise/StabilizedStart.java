package dev.difftop.optimization.stagewise;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.PlanCache;

/**
 * First actions for unstable systems: a few iterations of iLQR with multiple shooting. The gains
 * around states that stay where they start make a closed-loop rollout that does not fall, however
 * unstable the system is; a method of single shooting may start from its actions.
 */
public final class StabilizedStart implements AutoCloseable {
  private static final int ITERATIONS = 8;
  private static final ConvergenceCheck NEAR = new ConvergenceCheck(1e-6);
  private static final BackwardPass.Settings DAMPING =
      new BackwardPass.Settings(
          BackwardPass.DynamicsCurvature.NEVER, RiccatiPass.Regularization.CONTROL, 10, 1e10);

  private final PlanCache<SampleBlocks> plans;

  /** With what compiles its programs, once for each spec and batch size. */
  public StabilizedStart(Engine engine, WorkerPool workers) {
    this.plans =
        new PlanCache<>(problem -> new SampleBlocks(engine, workers, problem, Method::new));
  }

  /** Whether there is one: it needs second derivatives of the cost, or residuals. */
  public static boolean exists(ProblemSpec spec) {
    return spec.cost().supportsSecondDerivatives() || spec.hasResiduals();
  }

  /**
   * The actions of a closed-loop rollout.
   *
   * @param guess around which the gains are found, clamped to the box
   * @return shape (B, H, nu), inside the box
   */
  public Array actions(Problem problem, Array guess, Deadline deadline) {
    double[] start = Guesses.inside(problem, guess);
    Limits limits = new Limits(ITERATIONS, deadline);
    return plans.get(problem).solve(problem, start, 0, limits).actions();
  }

  @Override
  public void close() {
    plans.close();
  }

  /** iLQR from jumping trajectories, for a few iterations. */
  private static final class Method implements StagewiseMethod {
    private final Start start;
    private final BackwardPass backwardPass;
    private final FeedbackLineSearch lineSearch;

    Method(SampleBlocks.Layout layout) {
      this.start = new Start(layout);
      this.backwardPass = new BackwardPass(DAMPING, layout);
      this.lineSearch = new FeedbackLineSearch(DAMPING, 10, 1e-4, layout);
    }

    @Override
    public void solve(SampleBlock samples, StageModel model, Limits limits) {
      start.solveOrRollOut(samples, model, backwardPass, limits);
      if (!model.isQuadratic()) {
        start.openGaps(samples, model);
      }
      for (int iteration = 0; samples.anyActive(); iteration++) {
        samples.expand(model);
        samples.check(NEAR, limits, iteration, true);
        backwardPass.run(samples, model, iteration);
        lineSearch.run(samples, model, iteration);
        samples.update();
      }
    }
  }
}

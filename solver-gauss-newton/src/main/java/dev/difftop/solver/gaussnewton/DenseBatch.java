package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.DescentBatch;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.StepRule;
import java.util.Optional;

/** Steps over all actions at once: {@link DescentBatch} with the rule that the settings ask for. */
final class DenseBatch implements GaussNewtonBatch {
  private final DescentBatch descent;
  private final int batch;
  private final int n;

  DenseBatch(GaussNewtonConfig config, Engine engine, Problem problem) {
    Objective objective = new Objective(problem.spec());
    boolean scalar = config.hessian() == GaussNewtonConfig.Hessian.SCALAR_RESIDUAL;
    boolean isRankOne =
        config.hessian() == GaussNewtonConfig.Hessian.GAUSS_NEWTON
            && objective.residualCount() == 1;
    this.batch = problem.batch();
    this.n = objective.size();
    this.descent =
        new DescentBatch(
            engine,
            config.threads(),
            problem,
            Optional.ofNullable(config.hessian().curvature),
            config.check(),
            () -> rule(config, scalar, isRankOne));
  }

  private StepRule rule(GaussNewtonConfig config, boolean scalar, boolean isRankOne) {
    if (scalar || isRankOne) {
      return new RankOneStep(n, scalar, config);
    }
    return config.step() == GaussNewtonConfig.Step.DOGLEG
        ? new DoglegStep(n, config)
        : new DampedStep(n, config);
  }

  @Override
  public Solution solve(Problem problem, double[] start, Limits limits, int recorded) {
    StepRecorder recorder = new StepRecorder(batch, n, recorded);
    Solution solution = descent.solve(problem, start, limits, recorder);
    return solution.toBuilder().steps(recorder.steps()).build();
  }

  @Override
  public void close() {
    descent.close();
  }
}

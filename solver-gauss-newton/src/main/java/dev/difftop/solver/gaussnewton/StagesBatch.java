package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.stagewise.SampleBlocks;

/** Steps by a Riccati recursion: what is kept for one spec and batch size. */
final class StagesBatch implements GaussNewtonBatch {
  private final GaussNewtonConfig config;
  private final SampleBlocks blocks;

  StagesBatch(GaussNewtonConfig config, Engine engine, WorkerPool workers, Problem problem) {
    this.config = config;
    this.blocks =
        new SampleBlocks(engine, workers, problem, layout -> new StagewiseNewton(config, layout));
  }

  @Override
  public Solution solve(Problem problem, double[] start, Limits limits, int recorded) {
    return blocks.solve(problem, start, config.initialDamping(), limits);
  }

  @Override
  public void close() {
    blocks.close();
  }
}

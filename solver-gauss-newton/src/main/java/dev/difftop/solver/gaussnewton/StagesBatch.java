package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.stagewise.BlockLoop;
import dev.difftop.optimization.stagewise.RiccatiPass;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.Workers;
import java.util.ArrayList;
import java.util.List;

/** Steps by a Riccati recursion: what is kept for one spec and batch size. */
final class StagesBatch implements GaussNewtonBatch {
  private final GaussNewtonConfig config;
  private final BlockLoop loop;
  private final List<StagesBlock> blocks = new ArrayList<>();

  StagesBatch(GaussNewtonConfig config, Engine engine, Workers workers, Problem problem) {
    this.config = config;
    ProblemSpec spec = problem.spec();
    this.loop = new BlockLoop(engine, workers, problem);
    List<RiccatiPass> passes = new ArrayList<>();
    for (int i = 0; i < workers.threads(); i++) {
      passes.add(
          new RiccatiPass(
              spec.horizon(),
              spec.stateSize(),
              spec.actionSize(),
              loop.blocks()[0].width,
              RiccatiPass.Regularization.CONTROL));
    }
    for (StageBlock block : loop.blocks()) {
      blocks.add(new StagesBlock(config, problem.dtype(), block, passes));
    }
  }

  @Override
  public Solution solve(
      Problem problem,
      double[] start,
      double[] low,
      double[] high,
      Deadline deadline,
      int recorded) {
    return loop.solve(
        problem,
        start,
        low,
        high,
        config.initialDamping(),
        config.maxIterations(),
        deadline,
        blocks);
  }

  @Override
  public void close() {
    loop.close();
  }
}

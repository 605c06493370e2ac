package dev.difftop.solver.gaussnewton;

import dev.difftop.api.DType;
import dev.difftop.api.Deadline;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.optimization.stagewise.BlockLoop;
import dev.difftop.optimization.stagewise.BlockOutcome;
import dev.difftop.optimization.stagewise.RiccatiPass;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.StageModel;
import dev.difftop.optimization.stagewise.Workers;
import java.util.ArrayList;
import java.util.List;

/** Steps by a Riccati recursion: what is kept for one spec and batch size. */
final class StagesBatch implements GaussNewtonBatch {
  private final GaussNewtonConfig config;
  private final ProblemSpec spec;
  private final BlockLoop loop;
  private final List<StagesBlock> blocks = new ArrayList<>();
  private final List<RiccatiPass> passes = new ArrayList<>();

  StagesBatch(GaussNewtonConfig config, Engine engine, Workers workers, Problem problem) {
    this.config = config;
    this.spec = problem.spec();
    this.loop = new BlockLoop(engine, workers, problem);
    DType dtype = problem.dtype();
    for (StageBlock block : loop.blocks()) {
      blocks.add(new StagesBlock(config, dtype, block));
    }
    for (int i = 0; i < workers.threads(); i++) {
      passes.add(
          new RiccatiPass(
              spec.horizon(),
              spec.stateSize(),
              spec.actionSize(),
              loop.blocks()[0].width,
              RiccatiPass.Regularization.CONTROL));
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
    BlockOutcome outcome = new BlockOutcome(spec, problem.batch());
    loop.solve(
        problem,
        start,
        low,
        high,
        config.initialDamping(),
        outcome.results(),
        config.maxIterations(),
        deadline,
        new BlockLoop.Method() {
          @Override
          public void begin(int i, StageModel model, int lanes) {
            blocks.get(i).begin(model, outcome, lanes);
          }

          @Override
          public void iterate(
              int i, int thread, StageModel model, int iteration, Status limit, int lanes) {
            blocks.get(i).iterate(model, passes.get(thread), iteration, limit, lanes);
          }
        });
    return outcome.solution(spec);
  }

  @Override
  public void close() {
    loop.close();
  }
}

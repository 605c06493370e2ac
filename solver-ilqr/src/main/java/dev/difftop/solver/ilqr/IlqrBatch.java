package dev.difftop.solver.ilqr;

import dev.difftop.api.DType;
import dev.difftop.api.Deadline;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.optimization.stagewise.BlockLoop;
import dev.difftop.optimization.stagewise.BlockOutcome;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.StageModel;
import dev.difftop.optimization.stagewise.Workers;
import java.util.ArrayList;
import java.util.List;

/** What is kept for one spec and batch size. */
final class IlqrBatch implements AutoCloseable {
  private final IlqrConfig config;
  private final ProblemSpec spec;
  private final BlockLoop loop;
  private final List<GainSearch> searches = new ArrayList<>();
  private final List<IlqrBlock> blocks = new ArrayList<>();

  IlqrBatch(IlqrConfig config, Engine engine, Workers workers, Problem problem) {
    this.config = config;
    this.spec = problem.spec();
    this.loop = new BlockLoop(engine, workers, problem);
    DType dtype = problem.dtype();
    for (StageBlock block : loop.blocks()) {
      blocks.add(new IlqrBlock(config, dtype, block));
    }
    for (int i = 0; i < workers.threads(); i++) {
      searches.add(
          new GainSearch(
              config, spec, useDynamicsCurvature(), loop.blocks()[0].width, loop.group()));
    }
  }

  private boolean useDynamicsCurvature() {
    return config.dynamicsCurvature() != IlqrConfig.DynamicsCurvature.NEVER
        && spec.withoutSecondDerivatives().isEmpty();
  }

  Solution solve(Problem problem, double[] start, double[] low, double[] high, Deadline deadline) {
    BlockOutcome outcome = new BlockOutcome(spec, problem.batch());
    loop.solve(
        problem,
        start,
        low,
        high,
        config.initialMu(),
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
            blocks.get(i).iterate(model, searches.get(thread), iteration, limit, lanes);
          }
        });
    return outcome.solution(spec);
  }

  @Override
  public void close() {
    loop.close();
  }
}

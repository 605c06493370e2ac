package dev.difftop.solver.ilqr;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.stagewise.BlockLoop;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.Workers;
import java.util.ArrayList;
import java.util.List;

/** What is kept for one spec and batch size. */
final class IlqrBatch implements AutoCloseable {
  private final IlqrConfig config;
  private final BlockLoop loop;
  private final List<IlqrBlock> blocks = new ArrayList<>();

  IlqrBatch(IlqrConfig config, Engine engine, Workers workers, Problem problem) {
    this.config = config;
    this.loop = new BlockLoop(engine, workers, problem);
    ProblemSpec spec = problem.spec();
    List<GainSearch> searches = new ArrayList<>();
    for (int i = 0; i < workers.threads(); i++) {
      searches.add(
          new GainSearch(
              config, spec, useDynamicsCurvature(spec), loop.blocks()[0].width, loop.group()));
    }
    for (StageBlock block : loop.blocks()) {
      blocks.add(new IlqrBlock(config, problem.dtype(), block, searches));
    }
  }

  private boolean useDynamicsCurvature(ProblemSpec spec) {
    return config.dynamicsCurvature() != IlqrConfig.DynamicsCurvature.NEVER
        && spec.withoutSecondDerivatives().isEmpty();
  }

  Solution solve(Problem problem, double[] start, double[] low, double[] high, Deadline deadline) {
    return loop.solve(
        problem, start, low, high, config.initialMu(), config.maxIterations(), deadline, blocks);
  }

  @Override
  public void close() {
    loop.close();
  }
}

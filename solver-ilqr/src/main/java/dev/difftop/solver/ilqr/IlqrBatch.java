package dev.difftop.solver.ilqr;

import dev.difftop.api.DType;
import dev.difftop.api.Deadline;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.StageExpansion;
import dev.difftop.optimization.stagewise.Packing;
import dev.difftop.optimization.stagewise.QuadraticModel;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.StageModel;
import dev.difftop.optimization.stagewise.TracedModel;
import dev.difftop.optimization.stagewise.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is kept for one spec and batch size, and the loop over the blocks of a batch. */
final class IlqrBatch implements AutoCloseable {
  private final IlqrConfig config;
  private final ProblemSpec spec;
  private final int batch;
  private final Workers workers;
  private final Packing packing;
  private final List<StageModel> models = new ArrayList<>();
  private final List<GainSearch> searches = new ArrayList<>();
  private final List<IlqrBlock> blocks = new ArrayList<>();

  IlqrBatch(IlqrConfig config, Engine engine, Workers workers, Problem problem) {
    this.config = config;
    this.spec = problem.spec();
    this.batch = problem.batch();
    this.workers = workers;
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    this.packing = new Packing(batch, horizon, nx, nu, workers.threads());
    StageExpansion expansion = new StageExpansion(spec);
    Optional<Program> quadratic = expansion.quadratic();
    int group = packing.group();
    DType dtype = problem.dtype();
    for (StageBlock block : packing.blocks()) {
      blocks.add(new IlqrBlock(config, dtype, block));
    }
    int width = packing.blocks()[0].width;
    for (int i = 0; i < Math.min(workers.threads(), blocks.size()); i++) {
      models.add(
          quadratic.isPresent()
              ? new QuadraticModel(engine, spec, quadratic.orElseThrow(), group, dtype)
              : new TracedModel(engine, spec, expansion, group, dtype));
      searches.add(
          new GainSearch(config, useDynamicsCurvature(), horizon, nx, nu, width, group));
    }
  }

  private boolean useDynamicsCurvature() {
    return config.dynamicsCurvature() != IlqrConfig.DynamicsCurvature.NEVER
        && spec.dynamics().supportsSecondDerivatives();
  }

  Solution solve(Problem problem, double[] start, double[] low, double[] high, Deadline deadline) {
    Outcome outcome = new Outcome(spec, batch);
    begin(problem, start, low, high, outcome);
    for (int iteration = 0; outcome.results().anyActive(); iteration++) {
      Status limit = limit(iteration, deadline);
      int now = iteration;
      workers.run(
          blocks.size(),
          i -> {
            int lanes = packing.lanes(i);
            if (lanes > 0) {
              blocks.get(i).iterate(model(i), search(i), now, limit, lanes);
            }
          });
      packing.pack();
    }
    return outcome.solution(spec);
  }

  /** How samples that go on end here; null if they do not. */
  private Status limit(int iteration, Deadline deadline) {
    if (iteration == config.maxIterations()) {
      return Status.ITERATION_LIMIT;
    }
    return deadline.isPast() ? Status.DEADLINE : null;
  }

  /** The model of the thread that does block i. */
  private StageModel model(int block) {
    return models.get(block % workers.threads());
  }

  private GainSearch search(int block) {
    return searches.get(block % workers.threads());
  }

  private void begin(
      Problem problem, double[] start, double[] low, double[] high, Outcome outcome) {
    double[] x0 = problem.initialState().toDoubles();
    packing.unpack(batch);
    for (StageBlock block : packing.blocks()) {
      java.util.Arrays.fill(block.samples, -1);
    }
    for (int s = 0; s < batch; s++) {
      packing
          .blockOf(s)
          .begin(packing.laneOf(s), s, x0, start, low, high, config.initialMu());
    }
    models.forEach(model -> model.begin(problem));
    workers.run(
        blocks.size(), i -> blocks.get(i).begin(model(i), outcome, packing.lanes(i)));
  }

  @Override
  public void close() {
    models.forEach(StageModel::close);
  }
}

package dev.difftop.optimization.stagewise;

import dev.difftop.api.DType;
import dev.difftop.api.Deadline;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Status;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.SampleResults;
import dev.difftop.optimization.StageExpansion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Iterations of all blocks of a batch, shared out to threads: what stagewise methods for one spec
 * and batch size have in common. All blocks do one iteration, then finished samples make room.
 */
public final class BlockLoop implements AutoCloseable {
  /** What is done with a block before the first iteration. */
  @FunctionalInterface
  public interface Beginning {
    /**
     * Does it.
     *
     * @param lanes lanes in use
     */
    void begin(int block, StageModel model, int lanes);
  }

  /** An iteration of a block. */
  @FunctionalInterface
  public interface Iteration {
    /**
     * Does it.
     *
     * @param thread number of the thread that does it
     * @param limit how samples that go on end here; null if they do not
     */
    void iterate(int block, int thread, StageModel model, int iteration, Status limit, int lanes);
  }

  private final int batch;
  private final Workers workers;
  private final Packing packing;
  private final List<StageModel> models = new ArrayList<>();

  /** For a problem's spec, batch and dtype. */
  public BlockLoop(Engine engine, Workers workers, Problem problem) {
    ProblemSpec spec = problem.spec();
    this.batch = problem.batch();
    this.workers = workers;
    this.packing =
        new Packing(batch, spec.horizon(), spec.stateSize(), spec.actionSize(), workers.threads());
    StageExpansion expansion = new StageExpansion(spec);
    Optional<Program> quadratic = expansion.quadratic();
    int group = packing.group();
    DType dtype = problem.dtype();
    for (int i = 0; i < Math.min(workers.threads(), blocks().length); i++) {
      models.add(
          quadratic.isPresent()
              ? new QuadraticModel(engine, spec, quadratic.orElseThrow(), group, dtype)
              : new TracedModel(engine, spec, expansion, group, dtype));
    }
  }

  /** All blocks, of one shape. */
  public StageBlock[] blocks() {
    return packing.blocks();
  }

  /** Lanes of a run. */
  public int group() {
    return packing.group();
  }

  /**
   * Puts all samples in.
   *
   * @param mu first regularisation
   */
  public void begin(
      Problem problem,
      double[] start,
      double[] low,
      double[] high,
      double mu,
      Beginning beginning) {
    double[] x0 = problem.initialState().toDoubles();
    packing.unpack(batch);
    for (StageBlock block : blocks()) {
      Arrays.fill(block.samples, -1);
    }
    for (int s = 0; s < batch; s++) {
      packing.blockOf(s).begin(packing.laneOf(s), s, x0, start, low, high, mu);
    }
    models.forEach(model -> model.begin(problem));
    workers.run(
        blocks().length,
        i -> beginning.begin(i, models.get(i % workers.threads()), packing.lanes(i)));
  }

  /** Iterates until all samples are finished. */
  public void run(SampleResults results, int most, Deadline deadline, Iteration work) {
    for (int iteration = 0; results.anyActive(); iteration++) {
      int now = iteration;
      Status limit = limit(iteration == most, deadline);
      workers.run(
          blocks().length,
          i -> {
            int lanes = packing.lanes(i);
            int thread = i % workers.threads();
            if (lanes > 0) {
              work.iterate(i, thread, models.get(thread), now, limit, lanes);
            }
          });
      packing.pack();
    }
  }

  private static Status limit(boolean last, Deadline deadline) {
    if (last) {
      return Status.ITERATION_LIMIT;
    }
    return deadline.isPast() ? Status.DEADLINE : null;
  }

  @Override
  public void close() {
    models.forEach(StageModel::close);
  }
}

package dev.difftop.optimization.stagewise;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.SampleResults;
import dev.difftop.optimization.StageExpansion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Iterations of the blocks of a batch, shared out to threads: what stagewise methods for one spec
 * and batch size have in common.
 *
 * <p>As a rule all blocks do one iteration, then finished samples make room. Linear-quadratic
 * problems are mostly done after one: there every thread takes some samples from start to end, so
 * that their matrices stay near, then the next.
 */
public final class BlockLoop implements AutoCloseable {
  /** What a method does with one block. */
  public interface Method {
    /**
     * Begins with the samples that are in the block.
     *
     * @param thread number of the thread that does it
     * @param into takes samples that are finished
     * @param lanes lanes in use
     */
    void begin(StageModel model, int thread, BlockOutcome into, int lanes);

    /**
     * One iteration.
     *
     * @param limit how samples that go on end here; null if they do not
     */
    void iterate(StageModel model, int thread, int iteration, Status limit, int lanes);
  }

  /** Where the samples start. */
  private record Start(double[] x0, double[] u, double[] low, double[] high, double mu) {}

  private final int batch;
  private final Workers workers;
  private final Packing packing;
  private final Packing.Shares shares;
  private final StageBlock[] blocks;
  private final int group;
  private final boolean whole;
  private final List<StageModel> models = new ArrayList<>();

  /** For a problem's spec, batch and dtype. */
  public BlockLoop(Engine engine, Workers workers, Problem problem) {
    ProblemSpec spec = problem.spec();
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    DType dtype = problem.dtype();
    StageExpansion expansion = new StageExpansion(spec);
    Optional<Program> quadratic = expansion.quadratic();
    this.batch = problem.batch();
    this.workers = workers;
    this.group = Packing.stageGroup(batch);
    this.whole = quadratic.isPresent();
    this.packing = whole ? null : new Packing(batch, horizon, nx, nu, workers.threads());
    this.shares = Packing.shares(batch, horizon, nx, nu, workers.threads());
    this.blocks = whole ? new StageBlock[workers.threads()] : packing.blocks();
    for (int i = 0; whole && i < blocks.length; i++) {
      blocks[i] = new StageBlock(horizon, nx, nu, shares.width());
    }
    Optional<Map<String, LeafForms.Form[]>> forms = quadratic.flatMap(LeafForms::of);
    for (int i = 0; i < Math.min(workers.threads(), blocks.length); i++) {
      models.add(
          whole
              ? new QuadraticModel(engine, spec, quadratic.orElseThrow(), forms, group, dtype)
              : new TracedModel(engine, spec, expansion, group, dtype));
    }
  }

  /** All blocks, of one shape. */
  public StageBlock[] blocks() {
    return blocks;
  }

  /** Lanes of a run. */
  public int group() {
    return group;
  }

  /**
   * Solves: iterates until all samples are finished.
   *
   * @param mu first regularisation
   * @param most most iterations
   * @param methods one for each of the blocks
   */
  public Solution solve(
      Problem problem,
      double[] start,
      double[] low,
      double[] high,
      double mu,
      int most,
      Deadline deadline,
      List<? extends Method> methods) {
    Start from = new Start(problem.initialState().toDoubles(), start, low, high, mu);
    BlockOutcome outcome = new BlockOutcome(problem.spec(), batch);
    models.forEach(model -> model.begin(problem));
    if (whole) {
      workers.share(
          shares.count(),
          (share, thread) -> solveWhole(share, thread, from, outcome, most, deadline, methods));
    } else {
      begin(from, outcome, methods);
      iterate(outcome.results(), most, deadline, methods);
    }
    return outcome.solution(problem.spec());
  }

  /** Solves the samples of a share. */
  private void solveWhole(
      int share,
      int thread,
      Start from,
      BlockOutcome outcome,
      int most,
      Deadline deadline,
      List<? extends Method> methods) {
    StageBlock[] block = {blocks[thread]};
    StageModel model = models.get(thread);
    Method method = methods.get(thread);
    int first = shares.first(share);
    block[0].clear();
    for (int l = 0; l < shares.size(share); l++) {
      block[0].begin(l, first + l, from.x0, from.u, from.low, from.high, from.mu);
    }
    int groups = shares.lanes(share) / group;
    method.begin(model, thread, outcome, groups * group);
    for (int iteration = 0; groups > 0; iteration++) {
      Status limit = limit(iteration == most, deadline);
      method.iterate(model, thread, iteration, limit, groups * group);
      groups = Packing.pack(block, group, groups);
    }
  }

  private void begin(Start from, BlockOutcome outcome, List<? extends Method> methods) {
    packing.unpack(batch);
    for (StageBlock block : blocks) {
      block.clear();
    }
    for (int s = 0; s < batch; s++) {
      packing.blockOf(s).begin(packing.laneOf(s), s, from.x0, from.u, from.low, from.high, from.mu);
    }
    workers.share(
        blocks.length,
        (i, thread) -> methods.get(i).begin(models.get(thread), thread, outcome, packing.lanes(i)));
  }

  private void iterate(
      SampleResults results, int most, Deadline deadline, List<? extends Method> methods) {
    Turn turn = new Turn(methods);
    for (int iteration = 0; results.anyActive(); iteration++) {
      turn.iteration = iteration;
      turn.limit = limit(iteration == most, deadline);
      workers.share(packing.used(), turn);
      packing.pack();
    }
  }

  /** One iteration of a block; an object, so that iterations allocate nothing. */
  private final class Turn implements Workers.Job {
    private final List<? extends Method> methods;
    private int iteration;
    private Status limit;

    Turn(List<? extends Method> methods) {
      this.methods = methods;
    }

    @Override
    public void run(int i, int thread) {
      methods.get(i).iterate(models.get(thread), thread, iteration, limit, packing.lanes(i));
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

package dev.difftop.optimization.stagewise;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.array.DType;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.StageExpansion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A batch that a stagewise method solves, divided among threads: what such methods for one spec and
 * batch size have in common. Every thread takes some samples, solves them from start to end, then
 * takes the next ones.
 */
public final class SampleBlocks implements AutoCloseable {
  /** Where the samples start: x_0, actions, box, first regularisation. */
  record Start(double[] x0, double[] u, double[] low, double[] high, double mu) {}

  /** What a thread works with. */
  private record Tools(SampleBlock block, StageModel model, StagewiseMethod method) {}

  /**
   * What the blocks of a batch have in common, for a method's own memory.
   *
   * @param spec form of the problem
   * @param dtype number format of the programs
   * @param width lanes of a block
   * @param group lanes of a run of a program
   */
  public record Layout(ProblemSpec spec, DType dtype, int width, int group) {}

  private final int batch;
  private final WorkerPool workers;
  private final Packing.Chunks chunks;
  private final List<Tools> tools = new ArrayList<>();

  /**
   * For a problem's spec, batch and dtype.
   *
   * @param method makes the method of a thread
   */
  public SampleBlocks(
      Engine engine,
      WorkerPool workers,
      Problem problem,
      Function<Layout, StagewiseMethod> method) {
    ProblemSpec spec = problem.spec();
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    DType dtype = problem.dtype();
    StageExpansion expansion = new StageExpansion(spec);
    Optional<Program> quadratic = expansion.quadratic();
    Optional<Map<String, LeafForms.Form[]>> forms = quadratic.flatMap(LeafForms::of);
    this.batch = problem.batch();
    this.workers = workers;
    this.chunks = Packing.chunks(batch, horizon, nx, nu, workers.threads(), quadratic.isPresent());
    int group = chunks.group();
    Layout layout = new Layout(spec, dtype, chunks.width(), group);
    for (int i = 0; i < Math.min(workers.threads(), chunks.count()); i++) {
      tools.add(
          new Tools(
              new SampleBlock(horizon, nx, nu, chunks.width(), group),
              quadratic.isPresent()
                  ? new QuadraticModel(engine, spec, quadratic.orElseThrow(), forms, group, dtype)
                  : new TracedModel(engine, spec, expansion, group, dtype),
              method.apply(layout)));
    }
  }

  /**
   * Solves.
   *
   * @param start first actions, row-major (B, H, nu), inside the box
   * @param mu first regularisation
   */
  public Solution solve(Problem problem, double[] start, double mu, Limits limits) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    Start from = new Start(problem.initialState().toDoubles(), start, low, high, mu);
    BlockOutcome outcome = new BlockOutcome(problem.spec(), batch);
    tools.forEach(each -> each.model.begin(problem));
    workers.share(
        chunks.count(), (chunk, thread) -> solve(chunk, tools.get(thread), from, outcome, limits));
    return outcome.solution(problem.spec());
  }

  private void solve(int chunk, Tools with, Start from, BlockOutcome outcome, Limits limits) {
    SampleBlock block = with.block;
    int first = chunks.first(chunk);
    block.clear();
    for (int l = 0; l < chunks.size(chunk); l++) {
      block.begin(l, first + l, from);
    }
    block.begin(outcome, chunks.lanes(chunk));
    with.model.load(block, block.lanes);
    with.method.solve(block, with.model, limits);
  }

  @Override
  public void close() {
    tools.forEach(each -> each.model.close());
  }
}

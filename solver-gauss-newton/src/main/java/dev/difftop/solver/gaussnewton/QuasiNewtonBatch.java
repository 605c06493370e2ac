package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.SampleResults;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** The compiled programs for one spec and batch size, and the main loop over the samples. */
final class QuasiNewtonBatch implements AutoCloseable {
  /** Samples whose steps one thread finds after each other; they share a QP's memory. */
  private static final int CHUNK = 8;

  private final WorkerPool workers;
  private final int batch;
  private final int n;
  private final int branches;
  private final GradientTiles gradients;
  private final CompiledProblem rollout;
  private final QuasiNewtonSearch[] searches;

  // Of the present solve; iterations allocate nothing.
  private final IntConsumer checkAndFindStep = inChunks(this::checkAndFindStep);
  private final IntConsumer propose = inChunks(this::propose);
  private final Consumer<Status> endAll = this::endAll;
  private final GradientTiles.Receiver receiver =
      (b, v, g, row) -> searches()[b].receive(v, g, row);
  private SampleResults results;
  private double[] candidates = {};
  private int iteration;

  QuasiNewtonBatch(LbfgsConfig config, Engine engine, WorkerPool workers, Problem problem) {
    Objective objective = new Objective(problem.spec());
    this.workers = workers;
    this.batch = problem.batch();
    this.n = objective.size();
    this.branches = objective.pieces().size();
    this.results = new SampleResults(batch);
    this.gradients = new GradientTiles(engine, workers, problem, objective);
    this.rollout =
        new CompiledProblem(
            engine, problem.spec(), objective.rollout(), batch, problem.dtype(), config.threads());
    this.searches = new QuasiNewtonSearch[batch];
    MinimaxQp qp = new MinimaxQp(n, branches);
    for (int b = 0; b < batch; b++) {
      qp = b % CHUNK == 0 ? new MinimaxQp(n, branches) : qp;
      searches[b] = new QuasiNewtonSearch(config, qp, n, branches, problem.dtype());
    }
  }

  private QuasiNewtonSearch[] searches() {
    return searches;
  }

  /** Whether J is the largest of several functions. */
  boolean hasKinks() {
    return branches > 1;
  }

  /**
   * Solves.
   *
   * @param start first actions, inside the box
   */
  Solution solve(Problem problem, double[] start, Limits limits) {
    begin(problem, start);
    for (iteration = 0; results.anyActive(); iteration++) {
      workers.assign(chunks(), checkAndFindStep); // d minimises max_i (J_i + g_i'd) + 1/2 d'Bd
      limits.at(iteration).ifPresent(endAll);
      workers.assign(chunks(), propose); // u + alpha d
      evaluate(); // values and gradients; the step is accepted and updates B, or is cut
    }
    return solution(problem);
  }

  private void begin(Problem problem, double[] start) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    gradients.load(problem);
    rollout.load(problem);
    results = new SampleResults(batch);
    candidates = start.clone();
    for (int b = 0; b < batch; b++) {
      searches[b].begin(start, low, high, b * n);
    }
    gradients.evaluate(candidates, results, (b, v, g, row) -> searches[b].receiveStart(v, g, row));
  }

  private int chunks() {
    return (batch + CHUNK - 1) / CHUNK;
  }

  private IntConsumer inChunks(IntConsumer ofSample) {
    return chunk -> {
      for (int b = chunk * CHUNK; b < Math.min(batchSize(), (chunk + 1) * CHUNK); b++) {
        ofSample.accept(b);
      }
    };
  }

  private int batchSize() {
    return batch;
  }

  private void checkAndFindStep(int b) {
    if (results.isActive(b)) {
      Optional<Status> ended = searches[b].checkAndFindStep();
      if (ended.isPresent()) {
        results.finish(b, ended.get(), iteration);
      }
    }
  }

  private void endAll(Status how) {
    results.finishRest(how, iteration);
  }

  private void propose(int b) {
    searches[b].propose(results.isActive(b), candidates, b * n);
  }

  private void evaluate() {
    if (results.anyActive()) {
      gradients.evaluate(candidates, results, receiver);
    }
  }

  private Solution solution(Problem problem) {
    double[] actions = new double[batch * n];
    double[] stationarity = new double[batch];
    for (int b = 0; b < batch; b++) {
      searches[b].best(actions, b * n);
      stationarity[b] = searches[b].stationarity();
    }
    rollout.set(Objective.ACTIONS, actions);
    rollout.run();
    return Solution.of(problem)
        .actions(actions)
        .states(rollout.get("states"))
        .cost(rollout.get("cost"))
        .status(results.status())
        .iterations(results.iterations())
        .stationarity(stationarity)
        .build();
  }

  @Override
  public void close() {
    gradients.close();
    rollout.close();
  }
}

package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.SampleResults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Values and gradients of the functions whose largest is J for those samples of a batch that
 * continue: they are packed into tiles of one fixed size, so that a sample that has ended costs
 * nothing more.
 */
final class GradientTiles implements AutoCloseable {
  private static final int LANES = 32;

  /** What a sample gets: its row in the arrays of its tile. */
  interface Receiver {
    /**
     * Takes it.
     *
     * @param pieces values, (tile, k)
     * @param gradients (tile, k, H, nu)
     * @param row of the sample in both
     */
    void receive(int sample, Array pieces, Array gradients, int row);
  }

  private final int batch;
  private final int lanes;
  private final WorkerPool workers;
  private final List<Tile> tiles = new ArrayList<>();
  private final int[] samples;
  private final Map<String, double[]> rows = new LinkedHashMap<>();

  /** One object for all evaluations, so that they allocate nothing. */
  private final IntConsumer job = this::evaluateTile;

  private int count;
  private Receiver receiver;

  GradientTiles(Engine engine, WorkerPool workers, Problem problem, Objective objective) {
    this.batch = problem.batch();
    this.lanes = Math.min(batch, LANES);
    this.workers = workers;
    this.samples = new int[batch];
    int most = Math.min(workers.threads(), (batch + lanes - 1) / lanes);
    for (int i = 0; i < most; i++) {
      tiles.add(new Tile(engine, problem, objective));
    }
  }

  /** The problem whose samples come next. */
  void load(Problem problem) {
    tiles.forEach(tile -> tile.plan.loadParameters(problem));
    rows.put(Objective.INITIAL_STATE, problem.initialState().toDoubles());
    problem.context().forEach((name, array) -> rows.put(name, array.toDoubles()));
  }

  /**
   * Evaluates the samples that continue at their actions.
   *
   * @param to may be called by several threads, each for samples of its own
   */
  void evaluate(double[] actions, SampleResults results, Receiver to) {
    rows.put(Objective.ACTIONS, actions);
    receiver = to;
    count = 0;
    for (int b = 0; b < batch; b++) {
      if (results.isActive(b)) {
        samples[count++] = b;
      }
    }
    workers.assign((count + lanes - 1) / lanes, job);
  }

  private void evaluateTile(int t) {
    int filled = Math.min(lanes, count - t * lanes);
    tiles.get(t % workers.threads()).evaluate(t * lanes, filled);
  }

  @Override
  public void close() {
    tiles.forEach(tile -> tile.plan.close());
  }

  /** What a thread computes with. */
  private final class Tile {
    private final CompiledProblem plan;
    private final String[] names;
    private final double[][] inputs;

    Tile(Engine engine, Problem problem, Objective objective) {
      ProblemSpec spec = problem.spec();
      this.plan = new CompiledProblem(engine, spec, objective.gradients(), lanes, problem.dtype());
      Map<String, Integer> sizes = new LinkedHashMap<>();
      sizes.put(Objective.ACTIONS, objective.size());
      sizes.put(Objective.INITIAL_STATE, spec.stateSize());
      spec.context().forEach((name, shape) -> sizes.put(name, shape.size()));
      this.names = sizes.keySet().toArray(String[]::new);
      this.inputs = new double[names.length][];
      for (int i = 0; i < names.length; i++) {
        inputs[i] = new double[lanes * sizes.get(names[i])];
      }
    }

    void evaluate(int from, int filled) {
      run(from, filled);
      for (int row = 0; row < filled; row++) {
        receiver.receive(samples[from + row], plan.output("pieces"), plan.output("gradients"), row);
      }
    }

    /** Lanes that are not needed compute what the first one does. */
    private void run(int from, int filled) {
      for (int i = 0; i < names.length; i++) {
        double[] all = rows.get(names[i]);
        int length = inputs[i].length / lanes;
        for (int row = 0; row < lanes; row++) {
          int sample = samples[from + (row < filled ? row : 0)];
          System.arraycopy(all, sample * length, inputs[i], row * length, length);
        }
        plan.set(names[i], inputs[i]);
      }
      plan.run();
    }
  }
}

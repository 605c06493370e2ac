package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Array;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.ProblemPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Values and slopes of the pieces of J for those samples of a batch that go on: they are packed
 * into tiles of one fixed size, so that a finished sample costs nothing more.
 */
final class SlopeTiles implements AutoCloseable {
  private static final int LANES = 32;

  /** What a sample gets: its row in the arrays of its tile. */
  interface Receiver {
    /**
     * Takes it.
     *
     * @param pieces values, (tile, k)
     * @param slopes (tile, k, H, nu)
     * @param row of the sample in both
     */
    void receive(int sample, Array pieces, Array slopes, int row);
  }

  private final int batch;
  private final int lanes;
  private final ProblemPlan plan;
  private final int[] samples;
  private final Map<String, double[]> rows = new LinkedHashMap<>();
  private final Map<String, double[]> tile = new LinkedHashMap<>();

  SlopeTiles(Engine engine, Problem problem, Objective objective) {
    ProblemSpec spec = problem.spec();
    this.batch = problem.batch();
    this.lanes = Math.min(batch, LANES);
    this.samples = new int[lanes];
    this.plan = new ProblemPlan(engine, spec, objective.slopes(), lanes, problem.dtype());
    tile.put(Objective.ACTIONS, new double[lanes * objective.size()]);
    tile.put(Objective.INITIAL_STATE, new double[lanes * spec.stateSize()]);
    spec.context().forEach((name, shape) -> tile.put(name, new double[lanes * shape.size()]));
  }

  /** The problem whose samples come next. */
  void load(Problem problem) {
    plan.loadParameters(problem);
    rows.put(Objective.INITIAL_STATE, problem.initialState().toDoubles());
    problem.context().forEach((name, array) -> rows.put(name, array.toDoubles()));
  }

  /** Evaluates the chosen samples at their actions. */
  void evaluate(double[] actions, IntPredicate chosen, Receiver receiver) {
    rows.put(Objective.ACTIONS, actions);
    int filled = 0;
    for (int b = 0; b < batch; b++) {
      if (chosen.test(b)) {
        samples[filled++] = b;
      }
      if (filled == lanes || (b == batch - 1 && filled > 0)) {
        run(filled);
        for (int row = 0; row < filled; row++) {
          receiver.receive(samples[row], plan.output("pieces"), plan.output("slopes"), row);
        }
        filled = 0;
      }
    }
  }

  /** Lanes that nobody needs compute what the first one does. */
  private void run(int filled) {
    tile.forEach(
        (name, values) -> {
          int length = values.length / lanes;
          for (int row = 0; row < lanes; row++) {
            int sample = samples[row < filled ? row : 0];
            System.arraycopy(rows.get(name), sample * length, values, row * length, length);
          }
          plan.set(name, values);
        });
    plan.run();
  }

  @Override
  public void close() {
    plan.close();
  }
}

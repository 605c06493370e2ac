package dev.difftop.learner.imitation.nearest;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Tensor;
import dev.difftop.learner.imitation.base.ActingProgram;
import dev.difftop.learner.imitation.base.ChunkPlanner;
import dev.difftop.learner.imitation.base.ObservationFeatures;
import dev.difftop.learning.model.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Remembered windows, and the ones nearest to what is observed. */
final class Memory {
  static final String OBSERVATIONS = "windows/observations";
  static final String ACTIONS = "windows/actions";

  private static final String FEATURES = "features";

  private final NearestConfig config;
  private final Map<String, Shape> observations;
  private final Parameters windows;

  /**
   * A memory.
   *
   * @param observations shape of each observation, without batch
   * @param windows {@link #OBSERVATIONS} (rows, frames * n) and {@link #ACTIONS} (rows, chunk *
   *     nu), normalised, shared
   */
  Memory(NearestConfig config, Map<String, Shape> observations, Parameters windows) {
    this.config = config;
    this.observations = observations;
    this.windows = windows;
  }

  /**
   * A planner.
   *
   * @param rows windows that are remembered so far
   */
  ChunkPlanner planner(Engine engine, int rows) {
    ObservationFeatures features = ObservationFeatures.plain(observations);
    Map<String, Tensor> inputs = features.inputs(config.history());
    CompiledProgram program =
        ActingProgram.compile(
            engine,
            windows,
            List.copyOf(inputs.values()),
            1,
            theta -> Map.of(FEATURES, features.joined(inputs, theta)));
    return new Planner(program, rows);
  }

  /** Compares with every remembered window. */
  private final class Planner implements ChunkPlanner {
    private final CompiledProgram program;
    private final float[] seen;
    private final float[] observed;
    private final float[] actions;
    private final int length;
    private final double[] chunk;
    private final double[] distances;
    private final int[] nearest;
    private RandomStream random = RandomStream.root(0);

    Planner(CompiledProgram program, int rows) {
      this.program = program;
      int n = program.output(FEATURES).size();
      seen = new float[n];
      observed = Arrays.copyOf(windows.arrays().get(OBSERVATIONS).toFloats(), rows * n);
      length = windows.arrays().get(ACTIONS).shape().dim(1);
      actions = windows.arrays().get(ACTIONS).toFloats();
      chunk = new double[length];
      int k = Math.min(config.neighbors(), Math.max(1, rows));
      distances = new double[k];
      nearest = new int[k];
    }

    @Override
    public void reset(RandomStream stream) {
      random = stream.child("neighbors");
    }

    @Override
    public CompiledProgram observer() {
      return program;
    }

    @Override
    public double[] plan() {
      program.run();
      program.output(FEATURES).read(0, seen, 0, seen.length);
      search();
      Arrays.fill(chunk, 0);
      if (config.combination() == NearestConfig.Combination.DRAWN) {
        add(nearest[random.nextInt(nearest.length)], 1);
      } else {
        for (int row : nearest) {
          add(row, 1.0 / nearest.length);
        }
      }
      return chunk;
    }

    private void add(int row, double weight) {
      for (int i = 0; i < length; i++) {
        chunk[i] += weight * actions[row * length + i];
      }
    }

    /** The nearest rows in the order of their distance, ties by number. */
    private void search() {
      Arrays.fill(distances, Double.POSITIVE_INFINITY);
      int n = seen.length;
      for (int row = 0; row * n < observed.length; row++) {
        double distance = 0;
        for (int j = 0; j < n; j++) {
          double d = observed[row * n + j] - seen[j];
          distance += d * d;
        }
        int at = distances.length - 1;
        if (distance < distances[at]) {
          while (at > 0 && distances[at - 1] > distance) {
            distances[at] = distances[at - 1];
            nearest[at] = nearest[at - 1];
            at--;
          }
          distances[at] = distance;
          nearest[at] = row;
        }
      }
    }

    @Override
    public void close() {
      program.close();
    }
  }
}

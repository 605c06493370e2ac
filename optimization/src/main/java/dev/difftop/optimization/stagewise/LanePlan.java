package dev.difftop.optimization.stagewise;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A program compiled for a few lanes and run for any samples of a batch: those that are not
 * finished. A sample always stands in the lane of its number modulo the lanes, and the plan is
 * always the same, so that its results do not depend on which samples are left.
 */
public final class LanePlan implements AutoCloseable {
  private final Engine engine;
  private final String[] context;
  private final CompiledProgram plan;
  private final int lanes;
  private final Array[] own;
  private final Map<String, Integer> inputs = new HashMap<>();
  private final Map<String, Integer> outputs = new HashMap<>();
  private final int[] loaded;
  private Problem problem;
  private double[] staged = new double[0];

  /** Compiles. */
  public LanePlan(Engine engine, ProblemSpec spec, Program program, int lanes, DType dtype) {
    this.engine = engine;
    this.context = spec.context().keySet().toArray(String[]::new);
    this.lanes = lanes;
    this.plan = engine.compile(program, lanes, dtype);
    this.own = new Array[program.inputs().size()];
    this.loaded = new int[lanes];
    for (int i = 0; i < own.length; i++) {
      inputs.put(program.inputName(i), i);
    }
    for (String name : program.outputNames()) {
      outputs.put(name, program.outputIndex(name));
    }
  }

  /** Takes the parameters of a problem; whatever lanes hold is of another from now on. */
  public void begin(Problem next) {
    problem = next;
    Arrays.fill(loaded, -1);
    for (Map.Entry<String, Array> parameter : next.parameters().entrySet()) {
      int input = inputs.get(parameter.getKey());
      Array array = parameter.getValue();
      if (array.dtype() == plan.dtype() && engine.owns(array)) {
        plan.bind(input, array);
      } else {
        own(input).copyFrom(array);
      }
    }
  }

  /** The input's own memory, never an array of a caller that was bound before. */
  private Array own(int input) {
    if (own[input] == null) {
      own[input] =
          engine.allocate(
              plan.dtype(), plan.program().inputs().get(input).shape().withBatch(lanes));
    }
    if (plan.input(input) != own[input]) {
      plan.bind(input, own[input]);
    }
    return own[input];
  }

  // ------------------------------------------------------------------ context

  /** Loads the context of the samples in lanes {@code from ...} of a block, where it is not yet. */
  public void select(int[] samples, int from) {
    for (int lane = 0; lane < lanes; lane++) {
      int sample = samples[from + lane];
      if (sample >= 0 && sample != loaded[lane]) {
        loaded[lane] = sample;
        for (String name : context) {
          copyRow(problem.context().get(name), sample, own(inputs.get(name)), lane);
        }
      }
    }
  }

  private void copyRow(Array source, int row, Array target, int lane) {
    int length = target.size() / lanes;
    if (source.dtype() == DType.FLOAT64 && target.dtype() == DType.FLOAT64) {
      ((DoubleBuffer) target.buffer())
          .put(lane * length, (DoubleBuffer) source.buffer(), row * length, length);
      return;
    }
    double[] numbers = stage(length);
    source.read(row * length, numbers, 0, length);
    target.write(lane * length, numbers, 0, length);
  }

  /** Reads the context of consecutive samples where it lies, if it lies in the engine's memory. */
  void selectRange(int first) {
    for (String name : context) {
      int input = inputs.get(name);
      Array all = problem.context().get(name);
      int length = all.size() / problem.batch();
      boolean whole = first + lanes <= problem.batch();
      if (whole
          && plan.dtype() == DType.FLOAT64
          && all.dtype() == DType.FLOAT64
          && engine.owns(all)) {
        DoubleBuffer part = ((DoubleBuffer) all.buffer()).slice(first * length, lanes * length);
        plan.bind(
            input, Array.wrap(part, plan.program().inputs().get(input).shape().withBatch(lanes)));
      } else {
        for (int lane = 0; lane < lanes && first + lane < problem.batch(); lane++) {
          copyRow(all, first + lane, own(input), lane);
        }
      }
    }
    Arrays.fill(loaded, -1);
  }

  // ------------------------------------------------------------------ numbers

  private double[] stage(int length) {
    if (staged.length < length) {
      staged = new double[length];
    }
    return staged;
  }

  /**
   * Writes rows of a batch (B, length), row-major, into an input.
   *
   * @param samples which row is for which lane; -1 for none
   */
  public void setRows(String input, double[] batch, int[] samples) {
    Array target = own(inputs.get(input));
    int length = target.size() / lanes;
    for (int lane = 0; lane < lanes; lane++) {
      if (samples[lane] >= 0) {
        target.write(lane * length, batch, samples[lane] * length, length);
      }
    }
  }

  /** Reads an output into rows of a batch likewise. */
  public void getRows(String output, double[] batch, int[] samples) {
    Array source = plan.output(outputs.get(output));
    int length = source.size() / lanes;
    for (int lane = 0; lane < lanes; lane++) {
      if (samples[lane] >= 0) {
        source.read(lane * length, batch, samples[lane] * length, length);
      }
    }
  }

  /** Writes one lane of an input. */
  public void setRow(String input, int lane, double[] values) {
    own(inputs.get(input)).write(lane * values.length, values, 0, values.length);
  }

  /** Reads one lane of an output. */
  public void getRow(String output, int lane, double[] values) {
    plan.output(outputs.get(output)).read(lane * values.length, values, 0, values.length);
  }

  /** Reads one lane of an output that has one number a lane. */
  public double number(String output, int lane) {
    return plan.output(outputs.get(output)).get(lane);
  }

  /** Writes an input (lanes, stages, entries) from the lanes {@code from ...} of a block. */
  void set(String input, double[][][] stages, int count, int from) {
    int entries = stages[0].length;
    int size = count * entries;
    double[] numbers = stage(lanes * size);
    for (int t = 0; t < count; t++) {
      gather(stages[t], from, numbers, t * entries, size);
    }
    own(inputs.get(input)).write(0, numbers, 0, lanes * size);
  }

  /** Writes an input (lanes, stages, nx + nu) from states and actions. */
  void setStages(String input, Trajectory path, int from) {
    int nx = path.states[0].length;
    int n = nx + path.actions[0].length;
    int size = path.actions.length * n;
    double[] numbers = stage(lanes * size);
    for (int t = 0; t < path.actions.length; t++) {
      gather(path.states[t], from, numbers, t * n, size);
      gather(path.actions[t], from, numbers, t * n + nx, size);
    }
    own(inputs.get(input)).write(0, numbers, 0, lanes * size);
  }

  /** Writes an input (lanes, entries). */
  void set(String input, double[][] entries, int from) {
    double[] numbers = stage(lanes * entries.length);
    gather(entries, from, numbers, 0, entries.length);
    own(inputs.get(input)).write(0, numbers, 0, lanes * entries.length);
  }

  /** Writes an input (lanes). */
  void set(String input, double[] values, int from) {
    own(inputs.get(input)).write(0, values, from, lanes);
  }

  private void gather(double[][] stage, int from, double[] to, int at, int size) {
    for (int e = 0; e < stage.length; e++) {
      double[] entry = stage[e];
      for (int l = 0; l < lanes; l++) {
        to[at + e + l * size] = entry[from + l];
      }
    }
  }

  /** Computes. */
  public void run() {
    plan.run();
  }

  /** Reads an output (lanes, stages, entries) into the lanes {@code from ...} of a block. */
  void get(String output, double[][][] stages, int from) {
    int entries = stages[0].length;
    int size = stages.length * entries;
    double[] numbers = read(output, lanes * size);
    for (int t = 0; t < stages.length; t++) {
      scatter(numbers, t * entries, size, stages[t], from);
    }
  }

  /** Reads an output (lanes, entries). */
  void get(String output, double[][] entries, int from) {
    scatter(read(output, lanes * entries.length), 0, entries.length, entries, from);
  }

  /** Reads an output (lanes). */
  void get(String output, double[] values, int from) {
    plan.output(outputs.get(output)).read(0, values, from, lanes);
  }

  /** Reads an output (lanes, stages, n, n) of matrices: the lower triangles of symmetric parts. */
  void getSymmetric(String output, double[][][] stages, int n, int from) {
    int size = stages.length * n * n;
    double[] numbers = read(output, lanes * size);
    for (int t = 0; t < stages.length; t++) {
      symmetrize(numbers, t * n * n, size, stages[t], n, from);
    }
  }

  /** Reads an output (lanes, n, n) likewise. */
  void getSymmetric(String output, double[][] matrix, int n, int from) {
    symmetrize(read(output, lanes * n * n), 0, n * n, matrix, n, from);
  }

  /**
   * Reads an output (lanes, nu, n), the last rows of a symmetric (n, n): its lower triangle, where
   * rows of actions meet columns of actions of the symmetric part.
   */
  void getActionRows(String output, double[][] matrix, int nx, int nu, int from) {
    int n = nx + nu;
    double[] numbers = read(output, lanes * nu * n);
    for (int i = 0; i < nu; i++) {
      for (int j = 0; j <= nx + i; j++) {
        double[] entry = matrix[(nx + i) * n + j];
        int lower = i * n + j;
        int upper = j < nx ? lower : (j - nx) * n + nx + i;
        for (int l = 0; l < lanes; l++) {
          entry[from + l] = 0.5 * (numbers[lower + l * nu * n] + numbers[upper + l * nu * n]);
        }
      }
    }
  }

  private double[] read(String output, int length) {
    double[] numbers = stage(length);
    plan.output(outputs.get(output)).read(0, numbers, 0, length);
    return numbers;
  }

  private void scatter(double[] from, int at, int size, double[][] stage, int first) {
    for (int e = 0; e < stage.length; e++) {
      double[] entry = stage[e];
      for (int l = 0; l < lanes; l++) {
        entry[first + l] = from[at + e + l * size];
      }
    }
  }

  private void symmetrize(double[] from, int at, int size, double[][] stage, int n, int first) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double[] entry = stage[i * n + j];
        int lower = at + i * n + j;
        int upper = at + j * n + i;
        for (int l = 0; l < lanes; l++) {
          entry[first + l] = 0.5 * (from[lower + l * size] + from[upper + l * size]);
        }
      }
    }
  }

  @Override
  public void close() {
    plan.close();
  }
}

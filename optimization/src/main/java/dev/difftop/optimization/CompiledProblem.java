package dev.difftop.optimization;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import java.util.HashMap;
import java.util.Map;

/** A program of an {@link Objective} compiled for one batch size, with the leaves of a problem. */
public final class CompiledProblem implements AutoCloseable {
  private final Engine engine;
  private final ProblemSpec spec;
  private final CompiledProgram plan;
  private final Map<String, Array> copies = new HashMap<>();

  /** Compiles for one thread. */
  public CompiledProblem(Engine engine, ProblemSpec spec, Program program, int batch, DType dtype) {
    this(engine, spec, program, batch, dtype, 1);
  }

  /** Compiles for so many threads. */
  public CompiledProblem(
      Engine engine, ProblemSpec spec, Program program, int batch, DType dtype, int threads) {
    this.engine = engine;
    this.spec = spec;
    this.plan = engine.compile(program, batch, dtype, threads);
  }

  /** Gives the plan the initial states, context and parameters of a problem. */
  public void load(Problem problem) {
    set(Objective.INITIAL_STATE, problem.initialState());
    loadLeaves(problem);
  }

  /** Gives the plan context and parameters only. */
  public void loadLeaves(Problem problem) {
    for (String name : spec.context().keySet()) {
      set(name, problem.context().get(name));
    }
    loadParameters(problem);
  }

  /** Gives the plan parameters only. */
  public void loadParameters(Problem problem) {
    for (Map.Entry<String, Array> parameter : problem.parameters().entrySet()) {
      int input = plan.program().inputIndex(parameter.getKey());
      Array array = parameter.getValue();
      if (array.dtype() == plan.dtype() && engine.owns(array)) {
        plan.bind(input, array);
      } else {
        plan.bind(input, copy(parameter.getKey(), array));
      }
    }
  }

  /** In memory of its own: what was bound before belongs to somebody else. */
  private Array copy(String parameter, Array array) {
    Array copy =
        copies.computeIfAbsent(parameter, name -> engine.allocate(plan.dtype(), array.shape()));
    copy.copyFrom(array);
    return copy;
  }

  /** Writes an input. */
  public void set(String input, Array values) {
    plan.input(input).copyFrom(values);
  }

  /** Writes an input, row-major. */
  public void set(String input, double[] values) {
    plan.input(input).write(0, values, 0, values.length);
  }

  /**
   * Puts one sample's initial state, actions and context in place of another's, so that a sample
   * that is left out computes with harmless numbers.
   */
  public void standIn(int sample, int replacement) {
    standIn(plan.input(Objective.INITIAL_STATE), sample, replacement);
    standIn(plan.input(Objective.ACTIONS), sample, replacement);
    standInContext(sample, replacement);
  }

  /** The same of context alone. */
  public void standInContext(int sample, int replacement) {
    for (String name : spec.context().keySet()) {
      standIn(plan.input(name), sample, replacement);
    }
  }

  private static void standIn(Array batch, int sample, int replacement) {
    int length = batch.size() / batch.shape().dim(0);
    double[] row = new double[length];
    batch.read(replacement * length, row, 0, length);
    batch.write(sample * length, row, 0, length);
  }

  /** Computes. */
  public void run() {
    plan.run();
  }

  /** Copies an output, row-major. */
  public void get(String output, double[] into) {
    plan.output(output).read(0, into, 0, into.length);
  }

  /** A copy of an output. */
  public double[] get(String output) {
    return plan.output(output).toDoubles();
  }

  /** An output in place, until the next run. */
  public Array output(String output) {
    return plan.output(output);
  }

  @Override
  public void close() {
    plan.close();
  }
}

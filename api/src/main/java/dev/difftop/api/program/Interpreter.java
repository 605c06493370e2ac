package dev.difftop.api.program;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The reference engine: evaluates programs tensor by tensor in plain Java, in double precision
 * throughout (float32 plans round inputs and outputs only). Slow; for tests, and for plugins that
 * are tested without natives.
 */
public final class Interpreter implements Engine {
  @Override
  public CompiledProgram compile(Program program, int batch, DType dtype, int threads) {
    if (batch < 1 || threads < 1 || !dtype.isFloating()) {
      throw new IllegalArgumentException(
          "compile: batch %d and threads %d must be at least 1, dtype %s floating"
              .formatted(batch, threads, dtype));
    }
    return new Evaluation(program, batch, dtype);
  }

  @Override
  public Array allocate(DType dtype, Shape shape) {
    return Array.zeros(dtype, shape);
  }

  /** Every array lies in memory that plain Java computes on. */
  @Override
  public boolean owns(Array array) {
    return true;
  }

  private static final class Evaluation implements CompiledProgram {
    private final Program program;
    private final int batch;
    private final DType dtype;
    private final List<Array> inputs = new ArrayList<>();
    private final List<Array> outputs = new ArrayList<>();
    private boolean closed;

    Evaluation(Program program, int batch, DType dtype) {
      this.program = program;
      this.batch = batch;
      this.dtype = dtype;
      program.inputs().forEach(t -> inputs.add(zeros(t)));
      program.outputs().forEach(t -> outputs.add(zeros(t)));
    }

    private Array zeros(Tensor t) {
      return Array.zeros(dtype, t.shape().withBatch(batch));
    }

    private void checkOpen() {
      if (closed) {
        throw new IllegalStateException("the plan is closed");
      }
    }

    @Override
    public Program program() {
      return program;
    }

    @Override
    public int batch() {
      return batch;
    }

    @Override
    public DType dtype() {
      return dtype;
    }

    @Override
    public Array input(int input) {
      checkOpen();
      return inputs.get(input);
    }

    @Override
    public void bind(int input, Array array) {
      checkOpen();
      Shape expected = program.inputs().get(input).shape().withBatch(batch);
      if (array.dtype() != dtype || !array.shape().equals(expected)) {
        throw new IllegalArgumentException(
            "bind of input %s: found %s, expected %s %s"
                .formatted(program.inputName(input), array, dtype, expected));
      }
      inputs.set(input, array);
    }

    @Override
    public void run() {
      run(new long[program.nodes().size()]);
    }

    /** A run that adds the time of every node to {@code nanos}. */
    private void run(long[] nanos) {
      checkOpen();
      Map<Tensor, double[]> values = new IdentityHashMap<>();
      for (int i = 0; i < inputs.size(); i++) {
        values.put(program.inputs().get(i), inputs.get(i).toDoubles());
      }
      for (int n = 0; n < nanos.length; n++) {
        Tensor node = program.nodes().get(n);
        if (!(node.primitive() instanceof Input)) {
          long begun = System.nanoTime();
          double[][] operands = new double[node.operandCount()][];
          for (int i = 0; i < operands.length; i++) {
            operands[i] = values.get(node.operand(i));
          }
          values.put(node, node.primitive().evaluate(node, operands, batch));
          nanos[n] += System.nanoTime() - begun;
        }
      }
      for (int i = 0; i < outputs.size(); i++) {
        double[] value = values.get(program.outputs().get(i));
        outputs.get(i).write(0, value, 0, value.length);
      }
    }

    @Override
    public Array output(int output) {
      checkOpen();
      return outputs.get(output);
    }

    @Override
    public long memoryBytes() {
      return java.util.stream.Stream.concat(inputs.stream(), outputs.stream())
          .mapToLong(a -> (long) a.size() * dtype.bytes())
          .sum();
    }

    @Override
    public long operationCount() {
      return program.nodes().stream().mapToLong(this::operations).sum();
    }

    private long operations(Tensor node) {
      long elements = node.shape().withBatch(batch).size();
      if (node.primitive() instanceof MatMul product) {
        int[] dims = node.operand(0).shape().sample().dims();
        return 2 * elements * dims[dims.length - (product.transposeA() ? 2 : 1)];
      }
      return node.primitive() instanceof Input ? 0 : elements;
    }

    @Override
    public String dump() {
      return program.dump();
    }

    @Override
    public Profile profile(int runs) {
      if (runs < 1) {
        throw new IllegalArgumentException(
            "profile: found %d runs, expected 1 or more".formatted(runs));
      }
      long[] nanos = new long[program.nodes().size()];
      long begun = System.nanoTime();
      for (int i = 0; i < runs; i++) {
        run(nanos);
      }
      double micros = (System.nanoTime() - begun) / 1e3 / runs;
      List<Profile.Step> steps = new ArrayList<>();
      for (int n = 0; n < nanos.length; n++) {
        Tensor node = program.nodes().get(n);
        steps.add(new Profile.Step(node.toString(), operations(node), nanos[n] / 1e3 / runs));
      }
      return new Profile(runs, micros, steps);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}

package dev.difftop.app.reference.bench;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import dev.difftop.api.program.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/**
 * A run of a compiled program in float32. Tracing and compiling are not part of the time.
 *
 * @param name name of the case
 * @param seconds seconds to measure for
 * @param program traces the program
 * @param batch size of the batch
 * @param inputs numbers of an input, by its name and the number of elements of a sample
 */
record PlanCase(String name, double seconds, Supplier<Program> program, int batch, Numbers inputs)
    implements BenchCase {
  private static final int PROFILED_RUNS = 20;

  /** Where the numbers of an input come from. */
  @FunctionalInterface
  interface Numbers {
    /**
     * The numbers of an input.
     *
     * @param input its name
     * @param lastAxis length of its last axis; 1 for a number
     */
    DoubleStream of(String input, int lastAxis, Random random);
  }

  @Override
  public Work prepare(Engine engine, int threads) {
    long begun = System.nanoTime();
    CompiledProgram plan = engine.compile(program.get(), batch, DType.FLOAT32, threads);
    double millis = (System.nanoTime() - begun) / 1e6;
    Random random = new Random(0);
    for (int i = 0; i < plan.program().inputs().size(); i++) {
      Array array = plan.input(i);
      int rank = array.shape().rank();
      int lastAxis = rank == 0 ? 1 : array.shape().dim(rank - 1);
      double[] values =
          inputs.of(plan.program().inputName(i), lastAxis, random).limit(array.size()).toArray();
      array.write(0, values, 0, values.length);
    }
    return new PlanWork(plan, millis);
  }

  private record PlanWork(CompiledProgram plan, double compileMillis) implements Work {
    @Override
    public void run() {
      plan.run();
    }

    @Override
    public double[] result() {
      DoubleStream all = DoubleStream.empty();
      for (int i = 0; i < plan.program().outputs().size(); i++) {
        all = DoubleStream.concat(all, DoubleStream.of(plan.output(i).toDoubles()));
      }
      return all.toArray();
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.of(plan.profile(PROFILED_RUNS));
    }

    @Override
    public Map<String, Object> more() {
      Map<String, Object> more = new LinkedHashMap<>();
      more.put("compile_ms", compileMillis);
      more.put("memory_bytes", plan.memoryBytes());
      more.put("operations", plan.operationCount());
      return more;
    }

    @Override
    public void close() {
      plan.close();
    }
  }
}

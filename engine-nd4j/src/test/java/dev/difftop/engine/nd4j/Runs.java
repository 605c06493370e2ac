package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.engine.nd4j.product.Precision;
import dev.difftop.engine.nd4j.product.ProductLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs programs on the engine and on the reference interpreter. */
final class Runs {
  static final Engine ENGINE =
      new Nd4jEngine(new Nd4jEngineConfig(false, ProductLibrary.AUTO, Precision.FLOAT32));

  private Runs() {}

  /** Random inputs; those beyond the given ranges lie in [-1, 1]. */
  static List<double[]> inputs(
      Program program, int batch, List<Double> low, List<Double> high, long seed) {
    Random random = new Random(seed);
    List<double[]> values = new ArrayList<>();
    for (int i = 0; i < program.inputs().size(); i++) {
      double from = i < low.size() ? low.get(i) : -1;
      double to = i < high.size() ? high.get(i) : 1;
      int n = program.inputs().get(i).shape().withBatch(batch).size();
      // Rounded, so that both number formats get the same.
      values.add(random.doubles(n).map(u -> (float) (from + (to - from) * u)).toArray());
    }
    return values;
  }

  static List<double[]> run(
      Engine engine, Program program, int batch, DType dtype, int threads, List<double[]> inputs) {
    try (CompiledProgram plan = engine.compile(program, batch, dtype, threads)) {
      return run(plan, inputs);
    }
  }

  static List<double[]> run(CompiledProgram plan, List<double[]> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      plan.input(i).write(0, inputs.get(i), 0, inputs.get(i).length);
    }
    plan.run();
    List<double[]> outputs = new ArrayList<>();
    for (int i = 0; i < plan.program().outputs().size(); i++) {
      Array output = plan.output(i);
      outputs.add(output.toDoubles());
    }
    return outputs;
  }

  /** Compares with the interpreter, relative to the largest number of an output or 1. */
  static void assertAgrees(
      String name,
      Program program,
      int batch,
      DType dtype,
      List<double[]> inputs,
      double tolerance) {
    List<double[]> expected = run(new Interpreter(), program, batch, DType.FLOAT64, 1, inputs);
    List<double[]> found = run(ENGINE, program, batch, dtype, 1, inputs);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(
          name + " " + program.outputNames().get(i), expected.get(i), found.get(i), tolerance);
    }
  }

  static void assertClose(String name, double[] expected, double[] found, double tolerance) {
    assertEquals(expected.length, found.length, name);
    double scale = 1;
    for (double v : expected) {
      scale = Math.max(scale, Double.isFinite(v) ? Math.abs(v) : 0);
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], tolerance * scale, name + "[" + i + "]");
    }
  }
}

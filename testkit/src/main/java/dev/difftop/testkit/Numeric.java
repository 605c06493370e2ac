package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import java.util.Arrays;

/** Runs programs on plain numbers and compares plain numbers. */
public final class Numeric {
  private Numeric() {}

  /**
   * All outputs of a program.
   *
   * @param batch size of the batch
   * @param dtype format in which the engine computes
   * @param inputs numbers of every input, row-major
   * @return one per output, row-major
   */
  public static double[][] run(
      Engine engine, Program program, int batch, DType dtype, double[][] inputs) {
    try (CompiledProgram plan = engine.compile(program, batch, dtype)) {
      return run(plan, inputs);
    }
  }

  /**
   * All outputs of a plan for those inputs, as {@link #run(Engine, Program, int, DType,
   * double[][])}.
   */
  public static double[][] run(CompiledProgram plan, double[][] inputs) {
    for (int i = 0; i < inputs.length; i++) {
      plan.input(i).write(0, inputs[i], 0, inputs[i].length);
    }
    plan.run();
    double[][] outputs = new double[plan.program().outputs().size()][];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = plan.output(i).toDoubles();
    }
    return outputs;
  }

  /**
   * Refuses numbers that differ.
   *
   * @param tolerance largest difference, relative to the largest expected number or to 1
   * @param what named in the message
   */
  public static void assertClose(double[] expected, double[] found, double tolerance, String what) {
    assertEquals(expected.length, found.length, what + ": number of elements");
    double scale = Math.max(1, largest(expected));
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], tolerance * scale, what + ", element " + i);
    }
  }

  /** Refuses numbers that are not the same bits. */
  public static void assertSameBits(double[] expected, double[] found, String what) {
    assertEquals(expected.length, found.length, what + ": number of elements");
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          Double.doubleToLongBits(expected[i]),
          Double.doubleToLongBits(found[i]),
          what + ", element " + i + ": " + expected[i] + " and " + found[i]);
    }
  }

  /** Refuses infinities and NaN. */
  public static void assertFinite(double[] values, String what) {
    for (int i = 0; i < values.length; i++) {
      assertTrue(Double.isFinite(values[i]), what + ", element " + i + ": " + values[i]);
    }
  }

  /** Largest absolute value; 0 of nothing. */
  public static double largest(double... values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  /** The elements of one sample of a batch. */
  public static double[] sample(double[] values, int batch, int sample) {
    int n = values.length / batch;
    return Arrays.copyOfRange(values, sample * n, (sample + 1) * n);
  }
}

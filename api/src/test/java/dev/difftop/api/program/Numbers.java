package dev.difftop.api.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs tensors on numbers, and differences them. */
final class Numbers {
  private Numbers() {}

  /** Values of {@code outputs} where each of {@code inputs} has the numbers of the same index. */
  static double[][] run(
      List<Tensor> outputs, List<Tensor> inputs, List<double[]> values, int batch) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      named.put("y" + i, outputs.get(i));
    }
    try (CompiledProgram plan =
        new Interpreter().compile(Program.of(inputs, named), batch, DType.FLOAT64)) {
      for (int i = 0; i < inputs.size(); i++) {
        plan.input(i).write(0, values.get(i), 0, values.get(i).length);
      }
      plan.run();
      double[][] out = new double[outputs.size()][];
      for (int i = 0; i < out.length; i++) {
        out[i] = plan.output(i).toDoubles();
      }
      return out;
    }
  }

  static double[] run(Tensor output, List<Tensor> inputs, List<double[]> values, int batch) {
    return run(List.of(output), inputs, values, batch)[0];
  }

  /** Central difference of {@code y} along {@code direction}, a change of input {@code k}. */
  static double[] difference(
      Tensor y, List<Tensor> inputs, List<double[]> values, int batch, List<double[]> direction) {
    double h = Math.cbrt(Math.ulp(1.0));
    double[] up = run(y, inputs, moved(values, direction, h), batch);
    double[] down = run(y, inputs, moved(values, direction, -h), batch);
    double[] out = new double[up.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (up[i] - down[i]) / (2 * h);
    }
    return out;
  }

  private static List<double[]> moved(List<double[]> values, List<double[]> direction, double h) {
    List<double[]> out = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      double[] x = values.get(i).clone();
      double[] d = direction.get(i);
      for (int j = 0; j < x.length; j++) {
        x[j] += h * d[j];
      }
      out.add(x);
    }
    return out;
  }

  static int size(Tensor t, int batch) {
    return t.shape().withBatch(batch).size();
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double largest(double... values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  /** Equal to {@code tolerance}, relative to the largest expected number or 1. */
  static void assertClose(double[] expected, double[] found, double tolerance, String what) {
    assertEquals(expected.length, found.length, what + ": length");
    double scale = Math.max(1, largest(expected));
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], tolerance * scale, what + ", element " + i);
    }
  }

  /** Entry {@code index} of the first sample axis, of every sample. */
  static double[] copy(double[] value, Shape mapped, int batch, int size, int index) {
    int samples = mapped.isBatched() ? batch : 1;
    int rest = value.length / (samples * size);
    double[] out = new double[samples * rest];
    for (int b = 0; b < samples; b++) {
      System.arraycopy(value, (b * size + index) * rest, out, b * rest, rest);
    }
    return out;
  }
}

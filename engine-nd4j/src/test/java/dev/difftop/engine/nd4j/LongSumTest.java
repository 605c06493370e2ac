package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weight gradients that sum over very many rows, in all the ways in which they are cut. */
class LongSumTest {
  private static Program weightGradient(int rows, int in, int out) {
    Tensor x = Tensor.input("x", Shape.batched(rows, in));
    Tensor w = Tensor.input("w", Shape.of(out, in));
    Tensor y = x.matmul(w, false, true).square().sumPerSample().mean(0);
    return Program.of(List.of(x, w), Map.of("gradient", Transforms.gradient(y, w)));
  }

  /** Packed with many results; in blocks of terms, the last one shorter, with few. */
  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 5, 260, 130, 140, 1e-12",
    "FLOAT32, 5, 260, 130, 140, 1e-5",
    "FLOAT64, 5, 260, 9, 140, 1e-12",
    "FLOAT64, 3, 200, 150, 7, 1e-12",
    "FLOAT32, 1, 700, 20, 33, 1e-5"
  })
  void agreesAndDoesNotDependOnThreads(
      DType dtype, int rows, int batch, int in, int out, double tolerance) {
    Program program = weightGradient(rows, in, out);
    List<double[]> inputs = Runs.inputs(program, batch, List.of(), List.of(), 7);
    Runs.assertAgrees("gradient", program, batch, dtype, inputs, tolerance);
    List<double[]> one = Runs.run(Runs.ENGINE, program, batch, dtype, 1, inputs);
    for (int threads : new int[] {2, 3}) {
      List<double[]> found = Runs.run(Runs.ENGINE, program, batch, dtype, threads, inputs);
      assertArrayEquals(one.get(0), found.get(0), "threads " + threads);
    }
  }
}

package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Linear equations without a solution: that sample gets NaN, the others do not notice. */
class SolveTest {
  private final Tensor a = Tensor.input("a", Shape.batched(2, 2));
  private final Tensor b = Tensor.input("b", Shape.batched(2));

  private double[][] solve(DType dtype, double[] matrices, double[] sides) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("general", a.solve(b));
    outputs.put("positive", a.solvePositive(b));
    Program program = Program.of(List.of(a, b), outputs);
    int batch = sides.length / 2;
    return Runs.run(Runs.ENGINE, program, batch, dtype, 1, List.of(matrices, sides))
        .toArray(double[][]::new);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aSingularMatrixSpoilsItsOwnSampleOnly(DType dtype) {
    double[] matrices = {2, 0, 0, 4, 1, 2, 2, 4, 2, 1, 1, 2};
    double[][] y = solve(dtype, matrices, new double[] {2, 4, 1, 1, 3, 3});
    for (double[] solution : y) {
      Runs.assertClose(
          dtype.name(), new double[] {1, 1, Double.NaN, Double.NaN, 1, 1}, solution, 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void anIndefiniteMatrixIsSolvedButNotAsPositive(DType dtype) {
    double[][] y = solve(dtype, new double[] {1, 2, 2, 1}, new double[] {3, 3});
    Runs.assertClose("general", new double[] {1, 1}, y[0], 1e-6);
    Runs.assertClose("positive", new double[] {Double.NaN, Double.NaN}, y[1], 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void whatIsNotANumberGivesNone(DType dtype) {
    double[] matrices = {Double.NaN, 0, 0, 1, 1, 0, 0, Double.POSITIVE_INFINITY};
    for (double[] solution : solve(dtype, matrices, new double[] {1, 1, 1, 1})) {
      for (double x : solution) {
        assertEquals(Double.NaN, x);
      }
    }
  }
}

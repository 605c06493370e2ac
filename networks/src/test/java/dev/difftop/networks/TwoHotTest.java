package dev.difftop.networks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two-hot numbers against sums by hand. */
final class TwoHotTest {
  private static final TwoHot BINS = new TwoHot(5, -2, 2);

  private static Map<String, double[]> run(double number, double... logits) {
    Tensor x = Tensor.input("x", Shape.batched());
    Tensor l = Tensor.input("l", Shape.batched(5));
    Map<String, Tensor> out = new LinkedHashMap<>();
    Tensor entropy = BINS.crossEntropy(l, x);
    out.put("number", BINS.number(l));
    out.put("entropy", entropy);
    out.put("gradient", Transforms.gradient(entropy.sum(0), l));
    out.put("number gradient", Transforms.gradient(BINS.number(l).sum(0), l));
    Map<String, double[]> found = new LinkedHashMap<>();
    try (CompiledProgram program =
        new Interpreter().compile(Program.of(List.of(x, l), out), 1, DType.FLOAT64)) {
      program.input("x").copyFrom(Array.of(new double[] {number}, 1));
      program.input("l").copyFrom(Array.of(logits, 1, 5));
      program.run();
      out.keySet().forEach(name -> found.put(name, program.output(name).toDoubles()));
    }
    return found;
  }

  private static double symexp(double x) {
    return Math.signum(x) * Math.expm1(Math.abs(x));
  }

  /** The gradient of the cross-entropy is softmax minus the two-hot weights. */
  @Test
  void numbersLieOnTheirTwoNearestBins() {
    double[] gradient = run(symexp(0.25), 0, 0, 0, 0, 0).get("gradient");
    double[] expected = {0, 0, 0.75, 0.25, 0};
    for (int i = 0; i < 5; i++) {
      assertEquals(0.2 - expected[i], gradient[i], 1e-12);
    }
  }

  @Test
  void numbersBeyondTheBinsLieOnTheLast() {
    assertEquals(0.2 - 1, run(1e6, 0, 0, 0, 0, 0).get("gradient")[4], 1e-12);
    assertEquals(0.2 - 1, run(-1e6, 0, 0, 0, 0, 0).get("gradient")[0], 1e-12);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-6, -1.3, 0, 0.2, 5})
  void sharpLogitsGiveTheNumberBack(double number) {
    double at = Math.signum(number) * Math.log1p(Math.abs(number)) + 2;
    int below = Math.min(3, (int) Math.floor(at));
    double share = at - below;
    double[] logits = {-60, -60, -60, -60, -60};
    logits[below] = Math.log(Math.max(1e-26, 1 - share));
    logits[below + 1] = Math.log(Math.max(1e-26, share));
    assertEquals(number, run(number, logits).get("number")[0], 1e-9);
  }

  /** At zero, where fresh networks are, the number has its derivative: 0.2 times each bin. */
  @Test
  void freshNetworksLearn() {
    double[] gradient = run(0, 0, 0, 0, 0, 0).get("number gradient");
    for (int i = 0; i < 5; i++) {
      assertEquals(0.2 * (i - 2), gradient[i], 1e-12);
    }
  }

  @Test
  void refusesFewerThanTwoBins() {
    assertThrows(IllegalArgumentException.class, () -> new TwoHot(1, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> new TwoHot(5, 1, 1));
  }
}

package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.NonFiniteException;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.engine.nd4j.product.Precision;
import dev.difftop.engine.nd4j.product.ProductLibrary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mode that looks for infinite numbers and NaN, and says which operation made the first. */
class CheckFiniteTest {
  private static final Engine CHECKING =
      new Nd4jEngine(new Nd4jEngineConfig(true, ProductLibrary.AUTO, Precision.FLOAT32));

  private final Tensor x = Tensor.input("x", Shape.batched(3));
  private final Tensor w = Tensor.input("w", Shape.of(2, 3));

  /** A product and a chain that one loop computes; the logarithm goes wrong for small x. */
  private Program chain() {
    Tensor shifted = logarithmOf(x.times(2).minus(1)).square().plus(1);
    return Program.of(List.of(x, w), Map.of("y", shifted.linear(w, Tensor.zeros(Shape.of(2)))));
  }

  private static Tensor logarithmOf(Tensor t) {
    return t.log();
  }

  private static String failure(Program program, double[] x) {
    try (CompiledProgram plan = CHECKING.compile(program, 2, DType.FLOAT32, 2)) {
      plan.input("x").write(0, x, 0, x.length);
      if (program.inputs().size() > 1) {
        plan.input("w").fill(1);
      }
      return assertThrows(NonFiniteException.class, plan::run).getMessage();
    }
  }

  private static void assertSays(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), part + " is not in: " + message);
    }
  }

  @Test
  void namesTheOperationInTheMiddleOfALoop() {
    String message = failure(chain(), new double[] {1, 2, 3, 4, 0.25, 5});
    assertSays(
        message,
        "LOG (B, 3) computed",
        "NaN at sample 1, element 1 (1 such numbers)",
        "operand 0",
        "in [-0.500000, 9.00000]",
        "CheckFiniteTest.logarithmOf");
  }

  /** Goes wrong in the third step, of either direction's loop alike. */
  @Test
  void namesTheOperationInsideOfAScan() {
    Scan.Result run =
        Scan.over(
            4,
            List.of(x),
            List.of(),
            (carry, entries) ->
                Scan.Step.of(logarithmOf(carry.get(0)).times(carry.get(0).square())));
    Program rollout = Program.of(List.of(x), Map.of("y", run.carry().get(0)));
    String message = failure(rollout, new double[] {9, 8, 7, 9, 1.1, 5});
    assertSays(
        message, "LOG (B, 3) computed", "NaN at sample 1, element 1", "operand 0", "logarithmOf");
    Tensor gradient = Transforms.gradient(run.carry().get(0).sumPerSample(), x);
    Program back = Program.of(List.of(x), Map.of("dx", gradient));
    assertSays(failure(back, new double[] {9, 8, 7, 9, 1.1, 5}), "NaN", "logarithmOf");
  }

  @Test
  void namesTheModuleAndLineThatADerivativeComesFrom() {
    Tensor root = x.sqrt();
    Program gradient =
        Program.of(List.of(x), Map.of("dx", Transforms.gradient(root.sumPerSample(), x)));
    String message = failure(gradient, new double[] {1, 2, 3, 4, 5, 0});
    assertSays(message, "Infinity at sample 1, element 2", "operand", "in [0.00000, 2.23607]");
    assertSays(
        message,
        "traced at dev.difftop.engine.nd4j",
        "CheckFiniteTest.namesTheModuleAndLineThatADerivativeComesFrom(CheckFiniteTest.java:");
  }

  @Test
  void namesAProductThatOverflows() {
    String message =
        failure(
            Program.of(List.of(x, w), Map.of("y", x.linear(w, Tensor.zeros(Shape.of(2))))),
            new double[] {1, 1, 1, 3e38, 3e38, 3e38});
    assertSays(
        message, "matmul", "Infinity at sample 1, element 0 (2 such", "[1.00000, 3.00000e+38]");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
  void refusesInputsThatAreNotFinite(double wrong) {
    String message = failure(chain(), new double[] {1, 2, 3, 4, 5, wrong});
    assertSays(message, "input x", wrong + " at sample 1, element 2");
  }

  /** What the mode changes: without it, the same run gives NaN and no error. */
  @Test
  void withoutItSuchNumbersPassThrough() {
    try (CompiledProgram plan = Runs.ENGINE.compile(chain(), 2, DType.FLOAT32, 2)) {
      plan.input("x").write(0, new double[] {1, 2, 3, 4, 0.25, 5}, 0, 6);
      plan.input("w").fill(1);
      plan.run();
      double[] y = plan.output("y").toDoubles();
      assertTrue(Double.isFinite(y[0]) && Double.isNaN(y[2]), "one sample only");
    }
  }

  @Test
  void aPlanRunsAgainAfterAFailure() {
    try (CompiledProgram plan = CHECKING.compile(chain(), 1, DType.FLOAT64)) {
      plan.input("w").fill(1);
      assertThrows(NonFiniteException.class, plan::run);
      plan.input("x").fill(1);
      plan.run();
      assertArrayEquals(new double[] {3, 3}, plan.output("y").toDoubles());
    }
  }

  /** Operations one by one compute what loops compute: the same bits. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void finiteProgramsGiveTheSameNumbers(DType dtype) {
    Tensor weight = Tensor.input("weight", Shape.of(40, 7));
    Tensor in = Tensor.input("in", Shape.batched(3, 7));
    Tensor hidden =
        in.linear(weight, Tensor.zeros(Shape.of(40)))
            .layerNorm(Tensor.filled(Shape.of(40), 1), Tensor.zeros(Shape.of(40)), 1e-5)
            .tanh();
    Tensor cost = Tensor.concat(-1, hidden.softmax(-1), hidden.elu()).square().sumPerSample();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("cost", cost);
    outputs.put("dweight", Transforms.gradient(cost, weight));
    outputs.put("din", Transforms.gradient(cost, in));
    Program program = Program.of(List.of(in, weight), outputs);
    List<double[]> inputs = Runs.inputs(program, 9, List.of(), List.of(), 3);
    List<double[]> expected = Runs.run(Runs.ENGINE, program, 9, dtype, 2, inputs);
    List<double[]> found = Runs.run(CHECKING, program, 9, dtype, 2, inputs);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), found.get(i), program.outputNames().get(i));
    }
    assertEquals(3, expected.size());
  }
}

package dev.difftop.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ProblemTest {
  /** x' = x + G u, nx = 2, nu = 1. */
  private static class Push implements Dynamics {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("G", Shape.of(2, 1), new Initializer.Constant(1));
      declare.context("goal", Shape.of(2));
    }

    @Override
    public int stateSize() {
      return 2;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x().plus(at.parameter("G").timesVector(at.u()));
    }
  }

  /** |x - goal|², the goal of any declared shape. */
  private record Distance(Shape goal) implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.context("goal", goal);
    }

    @Override
    public Tensor stage(Stage at) {
      return at.x().minus(at.context("goal")).square().sum(1);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.none();
    }
  }

  private final ProblemSpec spec = new ProblemSpec(new Push(), new Distance(Shape.of(2)), 4, 0.9);

  private static void refused(Executable wrong, String... named) {
    String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }

  private static Array zeros(int... dims) {
    return Array.zeros(DType.FLOAT64, Shape.of(dims));
  }

  private Problem problem(Array x0, Array low, Array high, Array goal, Array gain) {
    return new Problem(
        spec, DType.FLOAT64, x0, low, high, Map.of("goal", goal), Map.of("dynamics/G", gain));
  }

  @Test
  void aSpecCollectsTheLeavesOfItsParts() {
    assertEquals(List.of("dynamics/G"), List.copyOf(spec.parameters().keySet()));
    assertEquals(Map.of("goal", Shape.of(2)), spec.context());
    assertEquals(2, spec.stateSize());
    assertEquals(1, spec.actionSize());
  }

  @Test
  void leavesThatDisagreeAreRefused() {
    refused(
        () -> new ProblemSpec(new Push(), new Distance(Shape.of(3)), 4, 1), "goal", "(3)", "(2)");
  }

  @Test
  void horizonAndDiscountHaveRanges() {
    Cost cost = new Distance(Shape.of(2));
    refused(() -> new ProblemSpec(new Push(), cost, 0, 1), "horizon", "0");
    refused(() -> new ProblemSpec(new Push(), cost, 1, 0), "discount", "0.0");
    refused(() -> new ProblemSpec(new Push(), cost, 1, 1.1), "discount", "1.1");
  }

  @Test
  void aPartThatAnswersWithAnotherShapeIsNamed() {
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    Tensor x = Tensor.input("x", Shape.batched(2));
    Tensor t = Tensor.constant(0);
    Tensor wide = Tensor.input("u", Shape.batched(3));
    refused(() -> spec.next(x, wide, t, leaves), "dynamics Push", "(2, 1)", "(B, 3, 1)");
    Cost wrong =
        new Cost() {
          @Override
          public Tensor stage(Stage at) {
            return at.x();
          }

          @Override
          public Terminal terminal(Point at) {
            return Terminal.none();
          }
        };
    ProblemSpec other = new ProblemSpec(new Push(), wrong, 1, 1);
    refused(() -> other.stage(x, wide, t, leaves), "stage cost", "(B, 2)", "(B)");
  }

  @Test
  void aLeafThatWasNotDeclaredIsRefusedWithThoseThatWere() {
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    refused(() -> leaves.context("code"), "code", "goal");
    refused(() -> leaves.of("cost").apply("W"), "cost/W", "dynamics/G");
  }

  @Test
  void everyShapeOfAProblemIsChecked() {
    Problem good = problem(zeros(3, 2), zeros(4, 1), zeros(3, 4, 1), zeros(3, 2), zeros(2, 1));
    assertEquals(3, good.batch());
    assertEquals(Shape.of(3, 4, 1), good.zeroGuess().shape());
    refused(
        () -> problem(zeros(3, 5), zeros(4, 1), zeros(4, 1), zeros(3, 2), zeros(2, 1)),
        "initial state",
        "(3, 5)",
        "(3, 2)");
    refused(
        () -> problem(zeros(3, 2), zeros(4, 2), zeros(4, 1), zeros(3, 2), zeros(2, 1)),
        "action bound",
        "(4, 2)",
        "(3, 4, 1)");
    refused(
        () -> problem(zeros(3, 2), zeros(4, 1), zeros(4, 1), zeros(2, 2), zeros(2, 1)),
        "context leaf goal",
        "(2, 2)",
        "(3, 2)");
    refused(
        () -> problem(zeros(3, 2), zeros(4, 1), zeros(4, 1), zeros(3, 2), zeros(1, 2)),
        "parameter dynamics/G",
        "(1, 2)",
        "(2, 1)");
  }

  @Test
  void boundsAreOrderedNumbers() {
    Array high = zeros(4, 1);
    high.set(2, -1);
    refused(() -> problem(zeros(1, 2), zeros(4, 1), high, zeros(1, 2), zeros(2, 1)), "0.0", "-1.0");
    high.set(2, Double.NaN);
    refused(() -> problem(zeros(1, 2), zeros(4, 1), high, zeros(1, 2), zeros(2, 1)), "NaN");
  }

  @Test
  void boundsOfAllAndOfEachSampleAreRead() {
    Array high = Array.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4, 1);
    Array low = Array.of(new double[] {-1, -2, -3, -4}, 4, 1);
    Problem p = problem(zeros(2, 2), low, high, zeros(2, 2), zeros(2, 1));
    assertEquals(-3, p.low(1, 2));
    assertEquals(7, p.high(1, 2));
  }

  /** {@code 1/2 |[x; u]|²} by its residuals, 1/2 |2 x|² at the end. */
  private static final class Squares implements ResidualCost {
    @Override
    public Tensor stageResidual(Stage at) {
      return Tensor.concat(1, at.x(), at.u());
    }

    @Override
    public Tensor terminalResidual(Point at) {
      return at.x().times(2);
    }
  }

  /** At x = (1, 2), u = 3, t = 2 with γ = 0.9, ρ = 0.5, H = 4. */
  private static double at(Function<Tensor[], Tensor> term) {
    Tensor x = Tensor.input("x", Shape.batched(2));
    Tensor u = Tensor.input("u", Shape.batched(1));
    Tensor t = Tensor.input("t", Shape.batched());
    Program program = Program.of(List.of(x, u, t), Map.of("y", term.apply(new Tensor[] {x, u, t})));
    try (CompiledProgram plan = new Interpreter().compile(program, 1, DType.FLOAT64)) {
      plan.input(0).write(0, new double[] {1, 2}, 0, 2);
      plan.input(1).fill(3);
      plan.input(2).fill(2);
      plan.run();
      return plan.output(0).get(0);
    }
  }

  @Test
  void discountAndPriceEnterCostAndResidualsAlike() {
    ProblemSpec priced = new ProblemSpec(new Push(), new Squares(), 4, 0.9, 0.5);
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(priced);
    double stage = Math.pow(0.9, 2) * 0.5 * (1 + 4 + 9) + 0.5 * 0.5 * 9;
    double end = Math.pow(0.9, 4) * 0.5 * (4 + 16);
    assertEquals(stage, at(in -> priced.stage(in[0], in[1], in[2], leaves)), 1e-14);
    assertEquals(
        stage, at(in -> halfSquares(priced.stageResidual(in[0], in[1], in[2], leaves))), 1e-14);
    assertEquals(end, at(in -> priced.terminalCost(in[0], leaves)), 1e-14);
    assertEquals(end, at(in -> halfSquares(priced.terminalResidual(in[0], leaves))), 1e-14);
    assertTrue(priced.hasResiduals());
  }

  private static Tensor halfSquares(Tensor residuals) {
    return residuals.square().sum(-1).times(0.5);
  }

  @Test
  void aPriceIsANumberOfAtLeastZero() {
    for (double penalty : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(
          () -> new ProblemSpec(new Push(), new Squares(), 1, 1, penalty),
          "control penalty",
          Double.toString(penalty));
    }
  }

  @Test
  void aParameterThatNoArrayHoldsIsRefusedByName() {
    Declarations declare =
        ProblemSpec.collect("dynamics", new LinkedHashMap<>(), new LinkedHashMap<>());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    declare.parameter(
                        "w1", Shape.of(200_000, 200_000), new Initializer.Constant(0)))
            .getMessage();
    assertTrue(message.contains("dynamics is too large: parameter w1"), message);
    assertTrue(message.contains("40000000000"), message);
  }
}

package dev.difftop.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Terminal.Combiner;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private final Tensor v = Tensor.input("v", Shape.batched());
  private final Tensor w = Tensor.input("w", Shape.batched());

  private double run(Tensor y, double first, double second) {
    Program program = Program.of(List.of(v, w), Map.of("y", y));
    try (CompiledProgram plan = new Interpreter().compile(program, 1, DType.FLOAT64)) {
      plan.input(0).fill(first);
      plan.input(1).fill(second);
      plan.run();
      return plan.output(0).get(0);
    }
  }

  private double combined(Combiner combiner, double temperature, double first, double second) {
    return run(new Terminal(combiner, temperature, List.of(v, w)).value(), first, second);
  }

  @Test
  void combinersAreWhatTheyAreCalled() {
    assertEquals(5, combined(Combiner.SUM, 0, 2, 3));
    assertEquals(2.5, combined(Combiner.MEAN, 0, 2, 3));
    assertEquals(2, combined(Combiner.MIN, 0, 2, 3));
    assertEquals(3, combined(Combiner.MAX, 0, 2, 3));
  }

  @Test
  void softCombinersLieBetweenMeanAndExtreme() {
    double softMax = combined(Combiner.SOFT_MAX, 0.5, 2, 3);
    double softMin = combined(Combiner.SOFT_MIN, 0.5, 2, 3);
    assertEquals(0.5 * Math.log((Math.exp(4) + Math.exp(6)) / 2), softMax, 1e-14);
    assertEquals(-0.5 * Math.log((Math.exp(-4) + Math.exp(-6)) / 2), softMin, 1e-14);
    assertTrue(softMax > 2.5 && softMax < 3 && softMin > 2 && softMin < 2.5);
    assertEquals(3, combined(Combiner.SOFT_MAX, 1e-9, 2, 3), 1e-8);
    assertEquals(2.5, combined(Combiner.SOFT_MIN, 1e9, 2, 3), 1e-6);
    assertEquals(7, combined(Combiner.SOFT_MIN, 0.5, 7, 7), 1e-14);
  }

  @Test
  void softCombinersHaveTheSlopeOfASoftmax() {
    Tensor value = new Terminal(Combiner.SOFT_MIN, 0.5, List.of(v, w)).value();
    double weight = 1 / (1 + Math.exp(-2.0));
    assertEquals(weight, run(Transforms.gradient(value, v), 2, 3), 1e-14);
    assertEquals(1 - weight, run(Transforms.gradient(value, w), 2, 3), 1e-14);
  }

  @Test
  void wrongPiecesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Terminal(Combiner.MIN, 0, List.of()));
    String soft =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Terminal(Combiner.SOFT_MIN, 0, List.of(v)))
            .getMessage();
    assertTrue(soft.contains("temperature") && soft.contains("SOFT_MIN"), soft);
    String shape =
        assertThrows(
                IllegalArgumentException.class,
                () -> Terminal.of(Tensor.input("x", Shape.batched(2))))
            .getMessage();
    assertTrue(shape.contains("(B, 2)"), shape);
  }
}

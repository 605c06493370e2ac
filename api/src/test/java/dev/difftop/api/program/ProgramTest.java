package dev.difftop.api.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgramTest {
  private final Tensor x = Tensor.input("x", Shape.batched(2));
  private final Tensor w = Tensor.input("w", Shape.of(2));

  private static Map<String, Tensor> named(Object... namesAndTensors) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTensors.length; i += 2) {
      out.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
    }
    return out;
  }

  @Test
  void equalExpressionsAreComputedOnce() {
    Tensor first = x.times(w).sin().sum(-1);
    Tensor second = x.times(w).sin().sum(-1);
    assertNotSame(first, second);
    Program program = Program.of(List.of(x, w), named("a", first, "b", second));
    assertSame(program.outputs().get(0), program.outputs().get(1));
    assertEquals(
        Program.of(List.of(x, w), named("a", first)).nodes().size(), program.nodes().size());
  }

  @Test
  void inputsOfEqualShapeStayApart() {
    Tensor other = Tensor.input("other", Shape.batched(2));
    Program program = Program.of(List.of(x, other), named("a", x.sin(), "b", other.sin()));
    assertNotSame(program.outputs().get(0), program.outputs().get(1));
  }

  @Test
  void constantsThatDifferInTheSignOfZeroStayApart() {
    Tensor plus = x.plus(Tensor.constant(new double[] {0.0, 1}));
    Tensor minus = x.plus(Tensor.constant(new double[] {-0.0, 1}));
    Program program = Program.of(List.of(x), named("a", plus, "b", minus));
    assertNotSame(program.outputs().get(0), program.outputs().get(1));
  }

  @Test
  void nodesStandAfterTheirOperands() {
    Program program = Program.of(List.of(x, w), named("a", x.times(w).sin().plus(x).sum(-1)));
    for (int i = 0; i < program.nodes().size(); i++) {
      Tensor node = program.nodes().get(i);
      for (int k = 0; k < node.operandCount(); k++) {
        int operand = program.nodes().indexOf(node.operand(k));
        assertTrue(operand >= 0 && operand < i, program.dump());
      }
    }
  }

  @Test
  void anInputThatIsNotListedIsRefused() {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> Program.of(List.of(x), named("a", x.times(w))));
    assertTrue(e.getMessage().contains("input w"), e.getMessage());
  }

  @Test
  void twoInputsOfOneNameAreRefused() {
    Tensor again = Tensor.input("x", Shape.batched(2));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Program.of(List.of(x, again), named("a", x.times(again))));
    assertTrue(e.getMessage().contains("two inputs named x"), e.getMessage());
  }

  @Test
  void aTensorThatIsNoInputIsRefusedAsOne() {
    Tensor sine = x.sin();
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> Program.of(List.of(sine), named("a", sine)));
    assertTrue(e.getMessage().contains("SIN"), e.getMessage());
  }

  @Test
  void namesThatAreNotThereAreNamed() {
    Program program = Program.of(List.of(x), named("a", x.sin()));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> program.inputIndex("y"))
            .getMessage()
            .contains("y"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> program.outputIndex("b")).getMessage();
    assertTrue(message.contains("b") && message.contains("[a]"), message);
  }

  @Test
  void derivativesOfEveryOrderArePrograms() {
    Program cube = Program.of(List.of(x), named("y", x.power(3)));
    Program third = cube.jvp("x").jvp("x").jvp("x");
    assertEquals(8, third.outputs().size());
    assertEquals(
        List.of("y", "d y", "d2 y", "d2 d y", "d3 y", "d3 d y", "d3 d2 y", "d3 d2 d y"),
        third.outputNames());
    try (CompiledProgram plan = new Interpreter().compile(third, 1, DType.FLOAT64)) {
      for (int i = 0; i < third.inputs().size(); i++) {
        plan.input(i).fill(i == 0 ? 5 : 1);
      }
      plan.run();
      assertArrayEquals(new double[] {6, 6}, plan.output("d3 d2 d y").toDoubles(), 1e-12);
    }
  }

  @Test
  void pullBacksOfPullBacksKeepTheirNames() {
    Program cube = Program.of(List.of(x), named("y", x.power(3)));
    Program second = cube.vjp("x").vjp("x");
    assertEquals(List.of("y", "bar x", "bar2 x"), second.outputNames());
    assertEquals(4, second.inputs().size());
    try (CompiledProgram plan = new Interpreter().compile(second, 1, DType.FLOAT64)) {
      plan.input("x").fill(5);
      plan.input("bar y").fill(1);
      plan.input("bar2 y").fill(0);
      plan.input("bar2 bar x").fill(1);
      plan.run();
      assertArrayEquals(new double[] {30, 30}, plan.output("bar2 x").toDoubles(), 1e-12);
    }
  }

  @Test
  void aProgramCanBeCalledOnOtherTensors() {
    Program program = Program.of(List.of(x, w), named("a", x.times(w)));
    Tensor z = Tensor.input("z", Shape.batched(2));
    Tensor called = program.call(List.of(z.sin(), w)).get(0);
    double[] found =
        Numbers.run(called, List.of(z, w), List.of(new double[] {1, 2}, new double[] {3, 4}), 1);
    assertArrayEquals(new double[] {3 * Math.sin(1), 4 * Math.sin(2)}, found, 1e-15);
    assertThrows(ShapeException.class, () -> program.call(List.of(w, w)));
  }

  @Test
  void theDumpListsEveryNode() {
    Program program = Program.of(List.of(x, w), named("a", x.times(w).sum(-1)));
    String dump = program.dump();
    assertEquals(program.nodes().size() + 1, dump.lines().count(), dump);
    assertTrue(dump.contains("input x (B, 2)") && dump.contains("MULTIPLY"), dump);
  }

  @Test
  void aPlanRefusesOtherShapesAndUseAfterClose() {
    CompiledProgram plan =
        new Interpreter().compile(Program.of(List.of(x), named("a", x.sin())), 3, DType.FLOAT32);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> plan.bind(0, Array.zeros(DType.FLOAT32, Shape.of(2, 2))));
    assertTrue(
        e.getMessage().contains("(2, 2)") && e.getMessage().contains("(3, 2)"), e.getMessage());
    plan.close();
    assertThrows(IllegalStateException.class, plan::run);
    assertThrows(IllegalStateException.class, () -> plan.input(0));
  }

  @Test
  void compilingForNoBatchOrBytesIsRefused() {
    Program program = Program.of(List.of(x), named("a", x.sin()));
    Interpreter engine = new Interpreter();
    assertThrows(IllegalArgumentException.class, () -> engine.compile(program, 0, DType.FLOAT64));
    assertThrows(IllegalArgumentException.class, () -> engine.compile(program, 1, DType.UINT8));
    assertThrows(
        IllegalArgumentException.class, () -> engine.compile(program, 1, DType.FLOAT64, 0));
  }
}

package dev.difftop.api.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import acme.WrongDynamics;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is wrong while a part is traced is reported with its name and its line. */
class TracingTest {
  private static final Tensor X = Tensor.input("x", Shape.batched(3));
  private static final Tensor U = Tensor.input("u", Shape.batched(2));

  private static Tensor next() {
    Stage stage = new Stage(X, U, Tensor.constant(0), name -> X, name -> X);
    return new WrongDynamics().next(stage);
  }

  @Test
  void aWrongShapeIsReportedWithPartOperationShapesAndLine() {
    String message =
        assertThrows(ShapeException.class, () -> Tracing.of("dynamics wrong", TracingTest::next))
            .getMessage();
    for (String part :
        List.of("dynamics wrong: ADD", "(B, 3)", "(4)", "acme.WrongDynamics.next(WrongDynamics.")) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }

  @Test
  void partsWithinPartsAreAllNamedAndTheLineOnce() {
    String message =
        assertThrows(
                ShapeException.class,
                () -> Tracing.of("model", () -> Tracing.of("head q1", TracingTest::next)))
            .getMessage();
    assertTrue(message.startsWith("model: head q1: ADD"), message);
    assertEquals(message.indexOf("(at "), message.lastIndexOf("(at "), message);
  }

  @Test
  void otherRefusalsKeepTheirKind() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Tracing.of(
                        "cost c",
                        () -> {
                          throw new IllegalArgumentException("no parameter w");
                        }))
            .getMessage();
    assertEquals("cost c: no parameter w", message);
  }

  @Test
  void whatIsTracedRightPasses() {
    assertEquals(X, Tracing.of("part", () -> X));
  }

  private static Scan.Step one(List<Tensor> carry, List<Tensor> entries) {
    return Scan.Step.of(carry.get(0).plus(entries.isEmpty() ? X : entries.get(0)));
  }

  private static void refused(
      Class<? extends RuntimeException> kind, Runnable wrong, String... named) {
    String message = assertThrows(kind, wrong::run).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }

  @Test
  void scansNameWhatDoesNotFit() {
    Tensor sequence = Tensor.input("sequence", Shape.batched(4, 3));
    refused(
        IllegalArgumentException.class,
        () -> Scan.over(0, List.of(X), List.of(), TracingTest::one),
        "scan",
        "0 steps");
    refused(
        ShapeException.class,
        () -> Scan.over(5, List.of(X), List.of(sequence), TracingTest::one),
        "scan",
        "(B, 4, 3)",
        "5 steps");
    refused(
        ShapeException.class,
        () -> Scan.over(5, List.of(Tensor.constant(0)), List.of(), TracingTest::one),
        "carry 0",
        "()",
        "(B, 3)");
    refused(
        ShapeException.class,
        () -> Scan.over(5, List.of(X, X), List.of(), TracingTest::one),
        "2 tensors",
        "makes 1");
    Loop loop = Scan.over(4, List.of(X), List.of(sequence), TracingTest::one).loop();
    refused(ShapeException.class, () -> Tensor.apply(new Scan(loop, 0), X), "1 operands", "2");
    refused(
        ShapeException.class,
        () -> Tensor.apply(new Scan(loop, 0), X, X),
        "operand 1",
        "(B, 3)",
        "(B, 4, 3)");
  }

  @Test
  void anInputThatIsMissingTwiceOrUnknownIsNamed() {
    Map<String, Tensor> y = Map.of("y", X.sum(-1).plus(U.sum(-1)));
    refused(IllegalArgumentException.class, () -> Program.of(List.of(X), y), "input u", "[x]");
    Tensor twin = Tensor.input("x", Shape.batched(3));
    refused(
        IllegalArgumentException.class,
        () -> Program.of(List.of(X, U, twin), y),
        "two inputs",
        "x");
    Program program = Program.of(List.of(X, U), y);
    refused(IllegalArgumentException.class, () -> program.inputIndex("z"), "no input z");
    refused(IllegalArgumentException.class, () -> program.outputIndex("z"), "no output z", "[y]");
  }
}

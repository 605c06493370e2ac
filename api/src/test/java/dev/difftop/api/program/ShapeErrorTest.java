package dev.difftop.api.program;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong shape is refused where it is written, by a message that names operation and shapes. */
class ShapeErrorTest {
  private static final Tensor ROW = Tensor.input("row", Shape.batched(3));
  private static final Tensor OTHER = Tensor.input("other", Shape.batched(4));
  private static final Tensor MATRIX = Tensor.input("matrix", Shape.batched(2, 3));
  private static final Tensor WEIGHT = Tensor.input("weight", Shape.of(5, 4));
  private static final Tensor SHARED = Tensor.input("shared", Shape.of(3));

  private static final Tensor IMAGE = Tensor.input("image", Shape.batched(2, 5, 5));
  private static final Tensor KERNEL = Tensor.input("kernel", Shape.of(4, 2, 3, 3));
  private static final Tensor SQUARE = Tensor.input("square", Shape.batched(3, 3));

  private static Arguments error(Executable wrong, String... named) {
    return Arguments.of(String.join(" ", named), wrong, List.of(named));
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        error(() -> ROW.plus(OTHER), "ADD", "(B, 3)", "(B, 4)"),
        error(() -> ROW.times(OTHER), "MULTIPLY", "(B, 3)", "(B, 4)"),
        error(() -> ROW.times(Tensor.zeros(Shape.of(4))), "MULTIPLY", "(B, 3)", "(4)"),
        error(() -> ROW.plus(new double[] {1, 2}), "ADD", "(B, 3)", "(2)"),
        error(() -> ROW.max(OTHER), "MAX", "(B, 3)", "(B, 4)"),
        error(() -> ROW.step().where(OTHER, ROW), "where", "(B, 3)", "(B, 4)"),
        error(() -> Tensor.apply(Binary.ADD, ROW, SHARED), "ADD", "(B, 3)", "(3)"),
        error(() -> ROW.broadcastTo(Shape.of(3)), "broadcast", "(B, 3)", "(3)"),
        error(() -> MATRIX.broadcastTo(Shape.batched(3)), "broadcast", "(B, 2, 3)", "(B, 3)"),
        error(() -> MATRIX.matmul(WEIGHT), "matmul NN", "(B, 2, 3)", "(5, 4)"),
        error(() -> MATRIX.matmul(WEIGHT, false, true), "matmul NT", "(B, 2, 3)", "(5, 4)"),
        error(() -> MATRIX.matmul(ROW), "matmul NN", "(B, 2, 3)", "(B, 3)"),
        error(() -> ROW.linear(WEIGHT, Tensor.zeros(Shape.of(5))), "matmul NT", "(5, 4)"),
        error(() -> OTHER.linear(WEIGHT, SHARED), "ADD", "(B, 5)", "(3)"),
        error(() -> Contract.of(MATRIX, WEIGHT), "contract", "(B, 2, 3)", "(5, 4)"),
        error(() -> ROW.simNorm(2), "simNorm", "2", "(B, 3)"),
        error(() -> MATRIX.maxPool(-1, ROW), "maxPool", "(B, 2, 3)", "(B, 3)"),
        error(() -> IMAGE.conv2d(KERNEL, SHARED, 0, 0), "conv2d", "(B, 2, 5, 5)", "(4, 2, 3, 3)"),
        error(() -> IMAGE.conv2d(KERNEL, SHARED, 1, 0), "ADD", "(B, 4, 3, 3)", "(3, 1, 1)"),
        error(() -> IMAGE.conv2d(KERNEL, KERNEL, 1, 0), "conv2d", "bias", "(4, 2, 3, 3)"),
        error(() -> MATRIX.conv2d(KERNEL, SHARED, 1, 0), "conv2d", "(B, 2, 3)", "(4, 2, 3, 3)"),
        error(
            () -> Tensor.apply(new Conv2d(1, 0), IMAGE, Tensor.zeros(Shape.of(4, 2, 6, 3))),
            "conv2d by 1",
            "(B, 2, 5, 5)",
            "(4, 2, 6, 3)"),
        error(
            () -> Tensor.apply(new Conv2dInput(5, 5, 2, 0), IMAGE, KERNEL),
            "transposed conv2d to 5 x 5",
            "(B, 2, 5, 5)",
            "(4, 2, 3, 3)"),
        error(
            () -> Tensor.apply(new Conv2dWeight(3, 3, 1, 0, false), IMAGE, IMAGE),
            "to 3 x 3",
            "(B, 2, 5, 5)"),
        error(() -> MATRIX.solve(ROW), "solve", "(B, 2, 3)", "(B, 3, 1)"),
        error(() -> SQUARE.solve(MATRIX), "solve", "(B, 3, 3)", "(B, 2, 3)"),
        error(() -> SQUARE.solvePositive(OTHER), "positive", "(B, 3, 3)", "(B, 4, 1)"),
        error(() -> Tensor.concat(-1, MATRIX, ROW), "concat", "(B, 2, 3)", "(B, 3)"),
        error(
            () -> Tensor.concat(1, MATRIX, Tensor.zeros(Shape.batched(2, 4))),
            "concat",
            "(B, 2, 3)",
            "(B, 2, 4)"),
        error(() -> Tensor.concat(0, ROW, ROW), "concat", "batch"),
        error(() -> Tensor.stack(1, ROW, OTHER), "concat", "(B, 1, 3)", "(B, 1, 4)"),
        error(() -> Tensor.stack(0), "stack"),
        error(() -> Tensor.concat(0), "concat"),
        error(() -> MATRIX.slice(-1, 2, 2), "slice [2, 4)", "(B, 2, 3)"),
        error(() -> MATRIX.slice(0, 0, 1), "axis 0", "(B, 2, 3)"),
        error(() -> MATRIX.sum(3), "axis 3", "(B, 2, 3)"),
        error(() -> SHARED.maximum(1), "axis 1", "(3)"),
        error(() -> MATRIX.reshape(-1, 7), "reshape", "(B, 2, 3)", "(B, 7)"),
        error(() -> MATRIX.reshape(6), "reshape", "(B, 2, 3)", "[6]"),
        error(() -> MATRIX.squeeze(1), "squeeze", "(B, 2, 3)"),
        error(() -> MATRIX.expandDims(0), "0", "(B, 2, 3)"),
        error(() -> MATRIX.expandDims(5), "5", "(B, 2, 3)"),
        error(() -> MATRIX.transpose(1, 0, 2), "transpose", "(B, 2, 3)", "[1, 0, 2]"),
        error(() -> MATRIX.transpose(0, 1, 1), "transpose", "(B, 2, 3)"),
        error(() -> SHARED.swapLastAxes(), "swapLastAxes", "(3)"),
        error(() -> Tensor.constant(1).gather(ROW), "gather", "()"),
        error(() -> Tensor.constant(new double[] {1, 2, 3}, 2, 2), "constant", "3", "(2, 2)"),
        error(() -> Transforms.gradient(ROW, SHARED), "gradient", "(B, 3)"),
        error(() -> Transforms.jacobian(ROW, MATRIX), "jacobian", "(B, 2, 3)"),
        error(
            () -> Transforms.jvp(List.of(ROW), List.of(ROW), List.of(OTHER)),
            "tangent",
            "(B, 4)",
            "(B, 3)"),
        error(
            () -> Transforms.vjp(List.of(ROW), List.of(SHARED), List.of(ROW)),
            "cotangent",
            "(3)",
            "(B, 3)"),
        error(
            () -> Transforms.vmap(List.of(ROW), List.of(ROW), List.of(MATRIX), 4),
            "vmap",
            "(B, 2, 3)",
            "(B, 3)",
            "4"),
        error(
            () -> Transforms.vmap(List.of(SHARED), List.of(SHARED), List.of(MATRIX), 2),
            "vmap",
            "(B, 2, 3)",
            "(3)"),
        error(
            () -> Transforms.substitute(List.of(ROW), List.of(ROW), List.of(SHARED)),
            "substitute",
            "(3)",
            "(B, 3)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void names(String title, Executable wrong, List<String> named) {
    String message = assertThrows(ShapeException.class, wrong).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }
}

package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Reorders sample axes: axis i of the result is axis {@code order[i]} of the operand.
 *
 * @param order a permutation of the sample axes
 */
public record Transpose(List<Integer> order) implements Primitive {
  static Transpose by(int... order) {
    return new Transpose(Arrays.stream(order).boxed().toList());
  }

  @Override
  public String name() {
    return "transpose by " + order;
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] dims = Shaping.sample(operands[0]);
    boolean permutation =
        order.size() == dims.length && order.stream().sorted().toList().equals(range(dims.length));
    if (!permutation) {
      throw new ShapeException(name() + ": not an order of the axes of " + operands[0].shape());
    }
    int[] out = order.stream().mapToInt(axis -> dims[axis]).toArray();
    return Shaping.shape(Shaping.batched(operands[0]), out);
  }

  private static List<Integer> range(int n) {
    return java.util.stream.IntStream.range(0, n).boxed().toList();
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return Tensor.apply(this, tangents[0]);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    int[] inverse = new int[order.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[order.get(i)] = i;
    }
    return new Tensor[] {Tensor.apply(by(inverse), cotangent)};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    int[] shifted = new int[order.size() + 1];
    for (int i = 1; i < shifted.length; i++) {
      shifted[i] = order.get(i - 1) + 1;
    }
    return Tensor.apply(by(shifted), operands[0]);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] from = Shaping.sample(y.operand(0));
    int[] to = Shaping.sample(y);
    int[] own = Shaping.strides(from);
    int[] strides = Shaping.strides(to);
    int n = Shaping.product(to);
    int[] source = new int[n];
    for (int i = 0; i < n; i++) {
      for (int axis = 0; axis < to.length; axis++) {
        source[i] += i / strides[axis] % to[axis] * own[order.get(axis)];
      }
    }
    double[] out = new double[operands[0].length];
    for (int i = 0; i < out.length; i++) {
      out[i] = operands[0][i / n * n + source[i % n]];
    }
    return out;
  }
}

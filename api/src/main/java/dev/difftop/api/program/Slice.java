package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * A run of consecutive entries along one sample axis.
 *
 * @param axis sample axis
 * @param start first entry
 * @param length number of entries
 */
public record Slice(int axis, int start, int length) implements Primitive {
  @Override
  public String name() {
    return "slice [%d, %d) of axis %d".formatted(start, start + length, axis);
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] dims = Shaping.sample(operands[0]);
    boolean inside =
        axis >= 0
            && axis < dims.length
            && start >= 0
            && length >= 0
            && start + length <= dims[axis];
    if (!inside) {
      throw new ShapeException(name() + ": outside shape " + operands[0].shape());
    }
    return Shaping.shape(Shaping.batched(operands[0]), Shaping.with(dims, axis, length));
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return tangents[0].sliceSample(axis, start, length);
  }

  /** The transpose of a slice is a concatenation with zeros. */
  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor x = operands[0];
    int[] dims = Shaping.sample(x);
    boolean batched = Shaping.batched(x);
    Tensor before = Tensor.zeros(Shaping.shape(batched, Shaping.with(dims, axis, start)));
    int rest = dims[axis] - start - length;
    Tensor after = Tensor.zeros(Shaping.shape(batched, Shaping.with(dims, axis, rest)));
    return new Tensor[] {Concat.of(axis, before, cotangent, after)};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    return operands[0].sliceSample(axis + 1, start, length);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] dims = Shaping.sample(y.operand(0));
    int inner = Shaping.product(dims, axis + 1, dims.length);
    int run = length * inner;
    int period = dims[axis] * inner;
    int count = period == 0 ? 0 : operands[0].length / period;
    double[] out = new double[count * run];
    for (int i = 0; i < count; i++) {
      System.arraycopy(operands[0], i * period + start * inner, out, i * run, run);
    }
    return out;
  }
}

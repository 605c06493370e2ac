package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;

/**
 * Largest value along one sample axis, which disappears. Equal maxima share the derivative evenly.
 *
 * @param axis sample axis
 */
public record Maximum(int axis) implements Primitive {
  @Override
  public String name() {
    return "maximum over [" + axis + "]";
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] dims = Shaping.sample(operands[0]);
    if (axis < 0 || axis >= dims.length || dims[axis] == 0) {
      throw new ShapeException(name() + ": no such axis in shape " + operands[0].shape());
    }
    int[] sample = new int[dims.length - 1];
    System.arraycopy(dims, 0, sample, 0, axis);
    System.arraycopy(dims, axis + 1, sample, axis, sample.length - axis);
    return Shaping.shape(Shaping.batched(operands[0]), sample);
  }

  /** 1/k where x is one of the k largest, else 0. */
  private Tensor share(Tensor y, Tensor x) {
    Tensor mask = x.equal(spread(y, x));
    return mask.dividedBy(spread(Sum.of(mask, false, axis), x));
  }

  private Tensor spread(Tensor reduced, Tensor like) {
    int[] kept = Shaping.with(Shaping.sample(like), axis, 1);
    return reduced.reshapeSample(kept).broadcastTo(like.shape());
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return Sum.of(share(y, operands[0]).times(tangents[0]), false, axis);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor x = operands[0];
    return new Tensor[] {share(y, x).times(spread(cotangent, x))};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    return Tensor.apply(new Maximum(axis + 1), operands[0]);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] dims = Shaping.sample(y.operand(0));
    int inner = Shaping.product(dims, axis + 1, dims.length);
    int length = dims[axis];
    double[] out = new double[operands[0].length / length];
    Arrays.fill(out, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < operands[0].length; i++) {
      int at = i / (inner * length) * inner + i % inner;
      out[at] = Math.max(out[at], operands[0][i]);
    }
    return out;
  }
}

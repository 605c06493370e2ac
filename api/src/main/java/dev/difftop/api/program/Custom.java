package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;

/**
 * Calls a {@link CustomFunction}, for its value or for its Jacobian. Operands are (l..., size) for
 * each argument, with the same leading axes.
 *
 * @param function the function
 * @param jacobian false for the value, (l..., m); true for the Jacobian, (l..., m, n)
 */
public record Custom(CustomFunction function, boolean jacobian) implements Primitive {
  @Override
  public String name() {
    return (jacobian ? "jacobian of " : "call of ") + function.name();
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] sizes = function.argumentSizes();
    if (operands.length != sizes.length) {
      throw new ShapeException(
          name() + ": found " + operands.length + " arguments, expected " + sizes.length);
    }
    int[] first = Shaping.sample(operands[0]);
    for (int i = 0; i < sizes.length; i++) {
      int[] dims = Shaping.sample(operands[i]);
      boolean fits =
          dims.length >= 1
              && dims.length == first.length
              && dims[dims.length - 1] == sizes[i]
              && Shaping.batched(operands[i]) == Shaping.batched(operands[0])
              && Arrays.equals(dims, 0, dims.length - 1, first, 0, first.length - 1);
      if (!fits) {
        throw new ShapeException(
            "%s: argument %d has shape %s, expected size %d like the others"
                .formatted(name(), i, operands[i].shape(), sizes[i]));
      }
    }
    int[] out = Arrays.copyOf(first, first.length + (jacobian ? 1 : 0));
    out[first.length - 1] = function.resultSize();
    if (jacobian) {
      out[first.length] = Arrays.stream(sizes).sum();
    }
    return Shaping.shape(Shaping.batched(operands[0]), out);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    refuseSecondDerivative();
    Tensor all = Tensor.apply(new Custom(function, true), operands);
    int columns = Shaping.sample(all).length - 1;
    Tensor sum = null;
    int start = 0;
    for (int i = 0; i < operands.length; i++) {
      int size = function.argumentSizes()[i];
      if (tangents[i] != null) {
        int[] column = Shaping.insert(Shaping.sample(tangents[i]), columns, 1);
        Tensor part =
            all.sliceSample(columns, start, size)
                .matmul(tangents[i].reshapeSample(column), false, false)
                .reshapeSample(Shaping.sample(y));
        sum = sum == null ? part : sum.plus(part);
      }
      start += size;
    }
    return sum;
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    refuseSecondDerivative();
    Tensor all = Tensor.apply(new Custom(function, true), operands);
    int[] dims = Shaping.sample(cotangent);
    int[] row = Shaping.insert(dims, dims.length - 1, 1);
    Tensor product = cotangent.reshapeSample(row).matmul(all, false, false);
    Tensor[] out = new Tensor[operands.length];
    int start = 0;
    for (int i = 0; i < out.length; i++) {
      int size = function.argumentSizes()[i];
      out[i] =
          product.sliceSample(dims.length, start, size).reshapeSample(Shaping.sample(operands[i]));
      start += size;
    }
    return out;
  }

  private void refuseSecondDerivative() {
    if (jacobian) {
      throw new IllegalArgumentException(
          "%s has no second derivatives; choose a solver or adjoint that needs first ones only"
              .formatted(function.name()));
    }
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    boolean batched = Arrays.stream(operands).anyMatch(Shaping::batched);
    Tensor[] all = new Tensor[operands.length];
    for (int i = 0; i < all.length; i++) {
      Tensor along = Shaping.mapAlong(operands[i], mapped[i], size);
      all[i] = along.broadcastTo(Shaping.shape(batched, Shaping.sample(along)));
    }
    return Tensor.apply(this, all);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    double[] out = new double[y.shape().withBatch(batch).size()];
    int[] dims = Shaping.sample(y.operand(0));
    int rows = Shaping.product(dims, 0, dims.length - 1) * (Shaping.batched(y) ? batch : 1);
    if (jacobian) {
      function.jacobian(rows, operands, out);
    } else {
      function.value(rows, operands, out);
    }
    return out;
  }
}

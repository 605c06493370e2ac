package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * Convolution of images, see {@link Convolution}. Operands: images (l..., channels, height, width),
 * and kernels (l..., filters, channels, rows, columns) or one kernel without l for all; either may
 * be shared by the batch. The result is (l..., filters, rows, columns).
 *
 * @param stride step of the kernel
 * @param padding rows and columns of zeros around the image
 */
public record Conv2d(int stride, int padding) implements Primitive {
  @Override
  public String name() {
    return "conv2d by " + stride + ", padding " + padding;
  }

  /** The sizes for operands that fit. */
  public Convolution convolution(Tensor[] operands) {
    Convolution c =
        Convolution.of(Shaping.sample(operands[0]), Shaping.sample(operands[1]), stride, padding);
    if (c == null) {
      throw new ShapeException(
          "%s: images of shape %s and kernels of shape %s do not fit"
              .formatted(name(), operands[0].shape(), operands[1].shape()));
    }
    return c;
  }

  @Override
  public Shape shape(Tensor[] operands) {
    Convolution c = convolution(operands);
    int[] sample =
        Convolution.along(
            Shaping.sample(operands[0]),
            Convolution.IMAGE_AXES,
            c.filters(),
            c.outputHeight(),
            c.outputWidth());
    return Convolution.shape(operands[0], operands[1], sample);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor dx = tangents[0] == null ? null : Tensor.apply(this, tangents[0], operands[1]);
    Tensor dw = tangents[1] == null ? null : Tensor.apply(this, operands[0], tangents[1]);
    return dx == null ? dw : dw == null ? dx : dx.plus(dw);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Convolution c = convolution(operands);
    Tensor x = operands[0];
    Tensor w = operands[1];
    return new Tensor[] {
      Shaping.like(Tensor.apply(Conv2dInput.of(c), cotangent, w), x),
      Shaping.like(Conv2dWeight.apply(c, x, cotangent, Shaping.batched(w)), w)
    };
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    Tensor x = operands[0];
    if (mapped[1] || Shaping.sample(operands[1]).length > Convolution.KERNEL_AXES) {
      x = Shaping.mapAlong(x, mapped[0], size);
    }
    return Tensor.apply(this, x, Convolution.mapKernel(operands[1], mapped[1], x, size));
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    Tensor[] all = {y, y.operand(0), y.operand(1)};
    double[][] values = {null, operands[0], operands[1]};
    return convolution(y.operands()).sum(Convolution.Role.OUTPUT, all, values, batch);
  }
}

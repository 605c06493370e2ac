package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * The transpose of {@link Conv2d} in the images, sometimes called transposed convolution: every
 * output is spread over the entries it was made from. Operands: outputs (l..., filters, rows,
 * columns), and kernels as in {@link Conv2d}. The result is (l..., channels, height, width).
 *
 * @param height rows of the images
 * @param width columns of the images
 * @param stride step of the kernel
 * @param padding rows and columns of zeros around the image
 */
public record Conv2dInput(int height, int width, int stride, int padding) implements Primitive {
  static Conv2dInput of(Convolution c) {
    return new Conv2dInput(c.height(), c.width(), c.stride(), c.padding());
  }

  @Override
  public String name() {
    return "transposed conv2d to %d x %d by %d, padding %d"
        .formatted(height, width, stride, padding);
  }

  /** The sizes for operands that fit. */
  public Convolution convolution(Tensor[] operands) {
    int[] g = Shaping.sample(operands[0]);
    int[] w = Shaping.sample(operands[1]);
    boolean axes = g.length >= Convolution.IMAGE_AXES && w.length >= Convolution.KERNEL_AXES;
    Convolution c = axes ? convolution(g, w) : null;
    int last = g.length - 1;
    boolean fits =
        c != null
            && g[last - 2] == c.filters()
            && g[last - 1] == c.outputHeight()
            && g[last] == c.outputWidth();
    if (!fits) {
      throw new ShapeException(
          "%s: outputs of shape %s and kernels of shape %s do not fit"
              .formatted(name(), operands[0].shape(), operands[1].shape()));
    }
    return c;
  }

  private Convolution convolution(int[] g, int[] w) {
    int channels = w[w.length - 3];
    int[] image = Convolution.along(g, Convolution.IMAGE_AXES, channels, height, width);
    return Convolution.of(image, w, stride, padding);
  }

  @Override
  public Shape shape(Tensor[] operands) {
    Convolution c = convolution(operands);
    int[] sample =
        Convolution.along(
            Shaping.sample(operands[0]), Convolution.IMAGE_AXES, c.channels(), height, width);
    return Convolution.shape(operands[0], operands[1], sample);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor dg = tangents[0] == null ? null : Tensor.apply(this, tangents[0], operands[1]);
    Tensor dw = tangents[1] == null ? null : Tensor.apply(this, operands[0], tangents[1]);
    return dg == null ? dw : dw == null ? dg : dg.plus(dw);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Convolution c = convolution(operands);
    Tensor g = operands[0];
    Tensor w = operands[1];
    return new Tensor[] {
      Shaping.like(Tensor.apply(new Conv2d(stride, padding), cotangent, w), g),
      Shaping.like(Conv2dWeight.apply(c, cotangent, g, Shaping.batched(w)), w)
    };
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    Tensor g = operands[0];
    if (mapped[1] || Shaping.sample(operands[1]).length > Convolution.KERNEL_AXES) {
      g = Shaping.mapAlong(g, mapped[0], size);
    }
    return Tensor.apply(this, g, Convolution.mapKernel(operands[1], mapped[1], g, size));
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    Tensor[] all = {y.operand(0), y, y.operand(1)};
    double[][] values = {operands[0], null, operands[1]};
    return convolution(y.operands()).sum(Convolution.Role.IMAGE, all, values, batch);
  }
}

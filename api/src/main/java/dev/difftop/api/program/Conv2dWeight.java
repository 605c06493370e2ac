package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * The transpose of {@link Conv2d} in the kernels: products of images and outputs, summed over all
 * places, and over the batch unless every sample has its own kernel. Operands: images (l...,
 * channels, height, width) and outputs (l..., filters, rows, columns); the result is (l...,
 * filters, channels, rows, columns of the kernel).
 *
 * @param kernelHeight rows of the kernels
 * @param kernelWidth columns of the kernels
 * @param stride step of the kernel
 * @param padding rows and columns of zeros around the image
 * @param perSample whether every sample has its own kernel; else one shared sum takes all
 */
public record Conv2dWeight(
    int kernelHeight, int kernelWidth, int stride, int padding, boolean perSample)
    implements Primitive {
  /** The sum for a kernel that is batched or not; shared where both operands are. */
  static Tensor apply(Convolution c, Tensor images, Tensor outputs, boolean perSample) {
    boolean batched = Shaping.batched(images) || Shaping.batched(outputs);
    return Tensor.apply(
        new Conv2dWeight(
            c.kernelHeight(), c.kernelWidth(), c.stride(), c.padding(), perSample && batched),
        images,
        outputs);
  }

  @Override
  public String name() {
    return "conv2d of images and outputs to %d x %d by %d, padding %d%s"
        .formatted(
            kernelHeight, kernelWidth, stride, padding, perSample ? "" : ", summed over the batch");
  }

  /** The sizes for operands that fit. */
  public Convolution convolution(Tensor[] operands) {
    int[] x = Shaping.sample(operands[0]);
    int[] g = Shaping.sample(operands[1]);
    int leading = x.length - Convolution.IMAGE_AXES;
    boolean axes =
        leading >= 0
            && x.length == g.length
            && java.util.Arrays.equals(x, 0, leading, g, 0, leading);
    Convolution c =
        axes
            ? Convolution.of(
                x, new int[] {g[leading], x[leading], kernelHeight, kernelWidth}, stride, padding)
            : null;
    boolean fits =
        c != null && g[leading + 1] == c.outputHeight() && g[leading + 2] == c.outputWidth();
    if (!fits || (perSample && !Shaping.batched(operands[0]) && !Shaping.batched(operands[1]))) {
      throw new ShapeException(
          "%s: images of shape %s and outputs of shape %s do not fit"
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
            c.channels(),
            kernelHeight,
            kernelWidth);
    return Shaping.shape(perSample, sample);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor dx = tangents[0] == null ? null : Tensor.apply(this, tangents[0], operands[1]);
    Tensor dg = tangents[1] == null ? null : Tensor.apply(this, operands[0], tangents[1]);
    return dx == null ? dg : dg == null ? dx : dx.plus(dg);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor x = operands[0];
    Tensor g = operands[1];
    Conv2dInput back = Conv2dInput.of(convolution(operands));
    return new Tensor[] {
      Shaping.like(Tensor.apply(back, g, cotangent), x),
      Shaping.like(Tensor.apply(new Conv2d(stride, padding), x, cotangent), g)
    };
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    Tensor x = Shaping.mapAlong(operands[0], mapped[0], size);
    Tensor g = Shaping.mapAlong(operands[1], mapped[1], size);
    boolean batched = Shaping.batched(x) || Shaping.batched(g);
    return Tensor.apply(
        new Conv2dWeight(kernelHeight, kernelWidth, stride, padding, perSample && batched), x, g);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    Tensor[] all = {y.operand(1), y.operand(0), y};
    double[][] values = {operands[1], operands[0], null};
    return convolution(y.operands()).sum(Convolution.Role.KERNEL, all, values, batch);
  }
}

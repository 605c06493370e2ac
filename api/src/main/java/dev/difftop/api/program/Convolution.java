package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;

/**
 * The sizes of a two-dimensional convolution of one image, channels first. Output (o, i, j) is the
 * sum over channels c and kernel entries (p, q) of {@code image[c, i stride + p - padding, j stride
 * + q - padding] kernel[o, c, p, q]}; outside the image there are zeros.
 *
 * <p>The three products that belong to it, {@link Conv2d}, {@link Conv2dInput} and {@link
 * Conv2dWeight}, sum the same terms, each for another of the three arrays; so each one's
 * derivatives are the other two.
 *
 * @param channels channels of the image
 * @param height rows of the image
 * @param width columns of the image
 * @param filters channels of the output
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param stride step of the kernel along both axes
 * @param padding rows and columns of zeros on every side
 */
public record Convolution(
    int channels,
    int height,
    int width,
    int filters,
    int kernelHeight,
    int kernelWidth,
    int stride,
    int padding) {
  /** Axes of one image: channels, rows, columns. */
  static final int IMAGE_AXES = 3;

  /** Axes of one kernel: filters, channels, rows, columns. */
  static final int KERNEL_AXES = 4;

  /** Rows of the output. */
  public int outputHeight() {
    return (height + 2 * padding - kernelHeight) / stride + 1;
  }

  /** Columns of the output. */
  public int outputWidth() {
    return (width + 2 * padding - kernelWidth) / stride + 1;
  }

  /** Elements of an image. */
  public int imageSize() {
    return channels * height * width;
  }

  /** Elements of a kernel. */
  public int kernelSize() {
    return filters * channels * kernelHeight * kernelWidth;
  }

  /** Elements of an output. */
  public int outputSize() {
    return filters * outputHeight() * outputWidth();
  }

  /** Whether the kernel fits into the padded image at least once. */
  private boolean fits() {
    return stride >= 1
        && padding >= 0
        && kernelHeight >= 1
        && kernelWidth >= 1
        && height + 2 * padding >= kernelHeight
        && width + 2 * padding >= kernelWidth;
  }

  /**
   * The convolution of an image with a kernel.
   *
   * @param image sample axes (l..., channels, height, width)
   * @param kernel sample axes (l..., filters, channels, rows, columns) or without l
   * @return null if they do not fit
   */
  static Convolution of(int[] image, int[] kernel, int stride, int padding) {
    int x = image.length - IMAGE_AXES;
    int w = kernel.length - KERNEL_AXES;
    if (x < 0 || w < 0 || image[x] != kernel[w + 1] || !run(image, x, kernel, w)) {
      return null;
    }
    Convolution c =
        new Convolution(
            image[x],
            image[x + 1],
            image[x + 2],
            kernel[w],
            kernel[w + 2],
            kernel[w + 3],
            stride,
            padding);
    return c.fits() ? c : null;
  }

  /** Whether the axes before the kernel's own are those of the image, or none. */
  private static boolean run(int[] image, int x, int[] kernel, int w) {
    return w == 0 || Arrays.equals(image, 0, x, kernel, 0, w);
  }

  /** The leading axes of {@code like}, all but its last {@code own}, followed by {@code dims}. */
  static int[] along(int[] like, int own, int... dims) {
    int leading = like.length - own;
    int[] out = Arrays.copyOf(like, leading + dims.length);
    System.arraycopy(dims, 0, out, leading, dims.length);
    return out;
  }

  /** A term of the sums: where in one output, image and kernel its factors lie. */
  private interface Term {
    void add(int output, int image, int kernel);
  }

  private void forEachTerm(Term term) {
    int rows = outputHeight();
    int columns = outputWidth();
    for (int out = 0; out < outputSize(); out++) {
      int top = out / columns % rows * stride - padding;
      int left = out % columns * stride - padding;
      int kernels = channels * kernelHeight * kernelWidth;
      for (int k = 0; k < kernels; k++) {
        int y = top + k / kernelWidth % kernelHeight;
        int x = left + k % kernelWidth;
        if (y >= 0 && y < height && x >= 0 && x < width) {
          int channel = k / (kernelWidth * kernelHeight);
          int filter = out / (rows * columns);
          term.add(out, (channel * height + y) * width + x, filter * kernels + k);
        }
      }
    }
  }

  /** What {@link #sum} adds up. */
  enum Role {
    OUTPUT,
    IMAGE,
    KERNEL
  }

  /**
   * Adds up one of the three arrays from the other two, over samples and leading axes.
   *
   * @param result which one
   * @param tensors output, image and kernel, for shapes
   * @param values their numbers; that of the result is ignored
   */
  double[] sum(Role result, Tensor[] tensors, double[][] values, int batch) {
    Tensor y = tensors[result.ordinal()];
    double[] out = new double[y.shape().withBatch(batch).size()];
    int[] dims = Shaping.sample(tensors[0]);
    int along = Shaping.product(dims, 0, dims.length - IMAGE_AXES);
    boolean batched = Arrays.stream(tensors).anyMatch(Shaping::batched);
    for (int s = 0; s < (batched ? batch : 1); s++) {
      for (int l = 0; l < along; l++) {
        int o = start(tensors[0], IMAGE_AXES, outputSize(), s, l);
        int i = start(tensors[1], IMAGE_AXES, imageSize(), s, l);
        int k = start(tensors[2], KERNEL_AXES, kernelSize(), s, l);
        double[] output = values[0];
        double[] image = values[1];
        double[] kernel = values[2];
        switch (result) {
          case OUTPUT -> forEachTerm((a, b, c) -> out[o + a] += image[i + b] * kernel[k + c]);
          case IMAGE -> forEachTerm((a, b, c) -> out[i + b] += output[o + a] * kernel[k + c]);
          case KERNEL -> forEachTerm((a, b, c) -> out[k + c] += output[o + a] * image[i + b]);
        }
      }
    }
    return out;
  }

  /** Where the array of sample s and leading index l starts. */
  private static int start(Tensor t, int own, int size, int s, int l) {
    int[] dims = Shaping.sample(t);
    int along = Shaping.product(dims, 0, dims.length - own);
    boolean single = dims.length == own;
    return ((Shaping.batched(t) ? s * along : 0) + (single ? 0 : l)) * size;
  }

  // ------------------------------------------------------------------ what the rules share

  /** A kernel for images that have an extra axis now. */
  static Tensor mapKernel(Tensor kernel, boolean mapped, Tensor images, int size) {
    int[] dims = Shaping.sample(kernel);
    boolean single = dims.length - (mapped ? 1 : 0) == KERNEL_AXES;
    if (!mapped) {
      return single ? kernel : Shaping.mapAlong(kernel, false, size);
    }
    int[] to =
        along(
            Shaping.sample(images),
            IMAGE_AXES,
            Arrays.copyOfRange(dims, dims.length - 4, dims.length));
    if (to.length == dims.length) {
      return kernel;
    }
    int[] lifted = to.clone();
    Arrays.fill(lifted, 1, to.length - KERNEL_AXES, 1);
    return kernel.reshapeSample(lifted).broadcastTo(Shaping.shape(Shaping.batched(kernel), to));
  }

  /** The shape of a result. */
  static Shape shape(Tensor a, Tensor b, int... sample) {
    return Shaping.shape(Shaping.batched(a) || Shaping.batched(b), sample);
  }
}

package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Convolution;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.product.Gemm;

/**
 * Runs a {@link ConvolutionSpec} for outputs or images on a worker's samples, one image after the
 * other, so that no image's numbers depend on who computes it.
 *
 * @param <A> kind of tile
 */
final class ConvolutionStep<A> implements Step {
  private final ConvolutionSpec spec;
  private final Convolution sizes;
  private final Lane<A> lane;
  private final Area first;
  private final Area kernels;
  private final Area y;
  private final Area scratch;
  private final Columns<A> columns;
  private final Gemm gemm;
  private final int samples;
  private final int along;
  private final int[] order;
  private final int kernelsPerSample;
  private final int kernelAt;
  private final int outputAt;
  private final A kernel;
  private final A planes;
  private final A pixels;

  ConvolutionStep(ConvolutionSpec spec, Worker<A> worker) {
    this.spec = spec;
    this.sizes = spec.sizes();
    this.lane = worker.lane;
    this.first = worker.area(spec.images(), spec.batched());
    this.kernels = worker.area(spec.other(), spec.batched());
    this.y = worker.area(spec.y(), spec.batched());
    this.scratch = worker.scratch;
    this.columns = new Columns<>(spec, worker);
    this.gemm = worker.products.gemm(scratch, scratch, scratch);
    this.samples = spec.batched() ? worker.samples : 1;
    this.along = spec.along();
    this.kernelsPerSample = spec.other().size() / sizes.kernelSize();
    this.order = order();
    this.kernelAt = spec.lowered();
    this.outputAt = kernelAt + sizes.kernelSize();
    this.kernel = lane.tile(sizes.kernelSize());
    this.planes = lane.tile(sizes.outputSize());
    this.pixels = lane.tile(sizes.outputSize());
  }

  /** Where the entries of all kernels of a sample lie, in the order of products. */
  private int[] order() {
    int[] places = spec.other().offsets();
    int[] table = KernelOrder.table(sizes, spec.result() == ConvolutionSpec.Result.IMAGES);
    int[] out = new int[places.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = places[i / table.length * table.length + table[i % table.length]];
    }
    return out;
  }

  @Override
  public void run() {
    boolean own = kernelsPerSample > 1 || spec.other().batchStride() != 0;
    for (int s = 0; s < samples; s++) {
      for (int l = 0; l < along; l++) {
        if (own || s + l == 0) {
          readKernel(s, kernelsPerSample > 1 ? l : 0);
        }
        int from = spec.images().offset() + s * spec.images().batchStride();
        int to = spec.y().offset() + s * spec.y().batchStride();
        if (spec.result() == ConvolutionSpec.Result.OUTPUTS) {
          outputs(from + l * sizes.imageSize(), to + l * sizes.outputSize());
        } else {
          images(from + l * sizes.outputSize(), to + l * sizes.imageSize());
        }
      }
    }
  }

  private void readKernel(int sample, int index) {
    int n = sizes.kernelSize();
    lane.gather(kernels, sample * spec.other().batchStride(), order, index * n, kernel, 0, n);
    lane.put(scratch, kernelAt, kernel, 0, n);
  }

  private void outputs(int image, int output) {
    int width = sizes.outputWidth();
    int filters = sizes.filters();
    columns.read(first, image);
    for (int row = 0; row < sizes.outputHeight(); row++) {
      gemm.multiply(
          false,
          false,
          width,
          filters,
          columns.width(),
          columns.start(row),
          columns.leading(),
          kernelAt,
          filters,
          0,
          outputAt + row * width * filters,
          filters);
    }
    lane.get(scratch, outputAt, pixels, 0, sizes.outputSize());
    lane.transpose(pixels, planes, sizes.outputHeight() * width, filters);
    lane.put(y, output, planes, 0, sizes.outputSize());
  }

  /** Rows of the columns that several output rows need are added up by the products themselves. */
  private void images(int output, int image) {
    int width = sizes.outputWidth();
    int filters = sizes.filters();
    lane.get(first, output, planes, 0, sizes.outputSize());
    lane.transpose(planes, pixels, filters, sizes.outputHeight() * width);
    lane.put(scratch, outputAt, pixels, 0, sizes.outputSize());
    columns.clear();
    for (int row = 0; row < sizes.outputHeight(); row++) {
      gemm.multiply(
          false,
          false,
          width,
          columns.width(),
          filters,
          outputAt + row * width * filters,
          filters,
          kernelAt,
          columns.width(),
          1,
          columns.start(row),
          columns.leading());
    }
    columns.write(y, image);
  }
}

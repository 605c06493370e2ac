package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Convolution;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Tiling;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.product.Gemm;

/**
 * Runs a {@link ConvolutionSpec} for kernels on a worker's samples. Sums over samples are made
 * within units of samples, the same ones for any number of threads, in order; {@link
 * PartialSumSpec} adds them up.
 *
 * @param <A> kind of tile
 */
final class KernelStep<A> implements Step {
  private final ConvolutionSpec spec;
  private final Convolution sizes;
  private final Lane<A> lane;
  private final Area images;
  private final Area outputs;
  private final Area y;
  private final Area scratch;
  private final Columns<A> columns;
  private final Gemm gemm;
  private final int samples;
  private final int unit;
  private final int firstUnit;
  private final int along;
  private final int sumAt;
  private final int outputAt;
  private final int[] order;
  private final A planes;
  private final A pixels;
  private final A sum;

  KernelStep(ConvolutionSpec spec, Worker<A> worker) {
    this.spec = spec;
    this.sizes = spec.sizes();
    this.lane = worker.lane;
    this.images = worker.area(spec.images(), spec.batched());
    this.outputs = worker.area(spec.other(), spec.batched());
    this.y = worker.area(spec.y(), spec.batched());
    this.scratch = worker.scratch;
    this.columns = new Columns<>(spec, worker);
    this.gemm = worker.products.gemm(scratch, scratch, scratch);
    this.samples = spec.batched() ? worker.samples : 1;
    this.unit = spec.byUnit() ? Tiling.unit(worker.batch) : 1;
    this.firstUnit = spec.byUnit() ? worker.firstSample / unit : 0;
    this.along = spec.along();
    this.sumAt = spec.lowered();
    this.outputAt = sumAt + sizes.kernelSize();
    this.order = KernelOrder.table(sizes, false);
    this.planes = lane.tile(sizes.outputSize());
    this.pixels = lane.tile(sizes.outputSize());
    this.sum = lane.tile(sizes.kernelSize());
  }

  @Override
  public void run() {
    int step = spec.byUnit() ? along * sizes.kernelSize() : spec.y().batchStride();
    for (int from = 0; from < samples; from += unit) {
      int to = Math.min(samples, from + unit);
      int at = spec.y().offset() + (firstUnit + from / unit) * step;
      for (int l = 0; l < along; l++) {
        for (int s = from; s < to; s++) {
          add(s, l, s == from);
        }
        write(at + l * sizes.kernelSize());
      }
    }
  }

  /** Adds the products of one image and its output to the sum. */
  private void add(int sample, int l, boolean starts) {
    View x = spec.images();
    View g = spec.other();
    columns.read(images, x.offset() + sample * x.batchStride() + l * sizes.imageSize());
    int output = g.offset() + sample * g.batchStride() + l * sizes.outputSize();
    int width = sizes.outputWidth();
    int filters = sizes.filters();
    lane.get(outputs, output, planes, 0, sizes.outputSize());
    lane.transpose(planes, pixels, filters, sizes.outputHeight() * width);
    lane.put(scratch, outputAt, pixels, 0, sizes.outputSize());
    for (int row = 0; row < sizes.outputHeight(); row++) {
      gemm.multiply(
          true,
          false,
          columns.width(),
          filters,
          width,
          columns.start(row),
          columns.leading(),
          outputAt + row * width * filters,
          filters,
          starts && row == 0 ? 0 : 1,
          sumAt,
          filters);
    }
  }

  private void write(int at) {
    lane.get(scratch, sumAt, sum, 0, sizes.kernelSize());
    lane.scatter(y, at, order, 0, sum, 0, sizes.kernelSize());
  }
}

package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Convolution;
import dev.difftop.engine.nd4j.memory.View;
import java.util.List;

/**
 * One of the three products of a convolution: outputs from images and kernels, images from outputs
 * and kernels, or kernels from images and outputs.
 *
 * <p>Images are lowered along their columns only: for every output column, the kernel's width of
 * every image row, channels innermost. What an output row needs is then one matrix in memory, a
 * stretch of every column's lowered rows, so that each output row is a product without any further
 * copying. Cho and Brand, "MEC: memory-efficient convolution for deep neural network", ICML 2017.
 *
 * @param sizes of one image
 * @param result what is computed
 * @param images images, or outputs to spread over images: first operand, dense samples
 * @param other kernels, in any order in memory; outputs for {@link Result#KERNELS}, dense samples
 * @param batched whether it goes over the samples
 * @param y dense; partial sums by unit of samples if {@code byUnit}
 * @param byUnit whether samples are summed, within each unit of samples
 */
public record ConvolutionSpec(
    Convolution sizes,
    Result result,
    View images,
    View other,
    boolean batched,
    View y,
    boolean byUnit)
    implements StepSpec {
  /** Which of the three arrays is computed. */
  public enum Result {
    OUTPUTS,
    IMAGES,
    KERNELS
  }

  /** Image rows that any output row needs. */
  public int rows() {
    return (sizes.outputHeight() - 1) * sizes.stride() + sizes.kernelHeight();
  }

  /** Lowered elements of one image row at one output column. */
  public int run() {
    return sizes.kernelWidth() * sizes.channels();
  }

  /** Lowered elements of an image. */
  int lowered() {
    return sizes.outputWidth() * rows() * run();
  }

  /** Number of products of a sample: all axes before those of an image. */
  int along() {
    int n = 1;
    for (int i = 0; i < images.dims().length - 3; i++) {
      n *= images.dims()[i];
    }
    return n;
  }

  @Override
  public int scratch() {
    return lowered() + sizes.kernelSize() + sizes.outputSize();
  }

  @Override
  public String describe() {
    return "convolution, %s: %dx %s%s, %s %s -> %s"
        .formatted(
            result.name().toLowerCase(java.util.Locale.ROOT),
            along(),
            sizes,
            byUnit ? ", summed over samples" : "",
            images,
            other,
            y);
  }

  @Override
  public List<View> reads() {
    return List.of(images, other);
  }

  @Override
  public List<View> writes() {
    return List.of(y);
  }

  @Override
  public long operations(int batch) {
    long terms = (long) sizes.outputSize() * sizes.kernelHeight() * run();
    return 2 * terms * along() * (batched ? batch : 1);
  }

  @Override
  public boolean isPerSample() {
    return batched;
  }

  @Override
  public boolean multiplies() {
    return true;
  }

  @Override
  public Step bind(Worker<?> worker) {
    return batched || worker.index == 0 ? bindTyped(worker) : null;
  }

  private <A> Step bindTyped(Worker<A> worker) {
    return result == Result.KERNELS
        ? new KernelStep<>(this, worker)
        : new ConvolutionStep<>(this, worker);
  }
}

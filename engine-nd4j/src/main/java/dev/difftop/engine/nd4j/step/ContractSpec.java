package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.Matrix;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.product.Products;
import java.util.List;

/**
 * {@code y[i, j] = Σ over samples and rows of x[i] g[j]}: the gradient of a shared weight. One
 * product where the rows of all samples follow each other evenly, else one per sample, added in
 * order.
 */
public final class ContractSpec implements StepSpec {
  public final View x;
  public final View g;
  public final View y;

  /** Rows per sample. */
  public final int rows;

  final int strideX;
  final int strideG;

  /** Whether the rows of all samples are one matrix. */
  final boolean tall;

  /**
   * A contraction.
   *
   * @param x (l..., r, m), rows side by side
   * @param g (l..., r, n), rows side by side
   * @param y (l..., m, n)
   */
  public ContractSpec(View x, View g, View y) {
    this.x = x;
    this.g = g;
    this.y = y;
    int last = x.dims().length - 1;
    this.rows = x.dims()[last - 1];
    this.strideX = rows == 1 ? x.batchStride() : x.strides()[last - 1];
    this.strideG = rows == 1 ? g.batchStride() : g.strides()[last - 1];
    this.tall =
        rows == 1
            ? strideX >= columns(x) && strideG >= columns(g)
            : x.batchStride() == rows * strideX && g.batchStride() == rows * strideG;
  }

  /** Whether a view's rows lie as BLAS wants them. */
  public static boolean isReadable(View v) {
    return Matrix.of(v, false).isRowMajor();
  }

  public static int columns(View v) {
    return v.dims()[v.dims().length - 1];
  }

  /** Number of products: all axes before the last two. */
  public int products() {
    int n = 1;
    for (int i = 0; i < y.dims().length - 2; i++) {
      n *= y.dims()[i];
    }
    return n;
  }

  @Override
  public String describe() {
    return "contract %dx (Bx%d,%d)' (Bx%d,%d) %s %s -> %s"
        .formatted(products(), rows, columns(x), rows, columns(g), x, g, y);
  }

  @Override
  public List<View> reads() {
    return List.of(x, g);
  }

  @Override
  public List<View> writes() {
    return List.of(y);
  }

  @Override
  public long operations(int batch) {
    return 2L * batch * rows * products() * columns(x) * columns(g);
  }

  @Override
  public boolean isPerSample() {
    return false;
  }

  @Override
  public int scratch() {
    return Products.SCRATCH;
  }

  @Override
  public boolean multiplies() {
    return true;
  }

  @Override
  public Step bind(Worker<?> worker) {
    return bindTyped(worker);
  }

  private <A> Step bindTyped(Worker<A> worker) {
    return new ContractStep<>(this, worker);
  }
}

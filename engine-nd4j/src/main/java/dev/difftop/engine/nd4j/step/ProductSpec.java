package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.Matrix;
import dev.difftop.engine.nd4j.memory.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Products of matrices, {@code y = a b}, over the samples and over leading axes. Where b is the
 * same for neighbouring rows of a, these rows, of all samples if possible, are one tall matrix.
 */
public final class ProductSpec implements StepSpec {
  final View viewA;
  final View viewB;
  final View viewY;
  public final boolean batched;
  public final Matrix a;
  public final Matrix b;
  public final Matrix y;

  /** Whether the samples' rows are part of {@code a.rows()}, which then counts per sample. */
  final boolean tall;

  /** Offsets of a, b, y within a sample, one per product. */
  public final int[][] offsets;

  private ProductSpec(
      View viewA,
      View viewB,
      View viewY,
      boolean batched,
      Matrix a,
      Matrix b,
      Matrix y,
      boolean tall,
      int[][] offsets) {
    this.viewA = viewA;
    this.viewB = viewB;
    this.viewY = viewY;
    this.batched = batched;
    this.a = a;
    this.b = b;
    this.y = y;
    this.tall = tall;
    this.offsets = offsets;
  }

  /** Whether BLAS can read a view's matrices. */
  public static boolean isReadable(View view) {
    return Matrix.of(view, false).isReadable();
  }

  /**
   * A product.
   *
   * @param a (l..., m, k), or (l..., k, m) if transposed
   * @param b (l..., k, n) or (k, n), or the last two swapped if transposed
   * @param y (l..., m, n), the last axis side by side
   */
  public static ProductSpec of(
      View a, boolean transposeA, View b, boolean transposeB, View y, boolean batched) {
    Matrix matrixA = Matrix.of(a, transposeA);
    Matrix matrixB = Matrix.of(b, transposeB);
    Matrix matrixY = Matrix.of(y, false);
    boolean swap =
        matrixB.columns() == 1
            && (matrixY.rowStride() == 1 || matrixY.rows() == 1)
            && a.batchStride() == 0
            && b.batchStride() != 0;
    if (swap) {
      // One matrix for all samples' vectors: the vectors become rows, y' = b' a'.
      return build(
          b, a, y, batched, matrixB.transposed(), matrixA.transposed(), matrixY.transposed());
    }
    return build(a, b, y, batched, matrixA, matrixB, matrixY);
  }

  private static ProductSpec build(
      View viewA, View viewB, View viewY, boolean batched, Matrix a, Matrix b, Matrix y) {
    List<int[]> axes = leadingAxes(viewA, viewB, viewY);
    while (!axes.isEmpty()) {
      int[] axis = axes.get(axes.size() - 1);
      if (!continues(axis[0], axis[1], axis[2], axis[3], a, y)) {
        break;
      }
      axes.remove(axes.size() - 1);
      a = extend(a, axis[0], axis[1]);
      y = extend(y, axis[0], axis[3]);
    }
    boolean tall =
        batched
            && axes.isEmpty()
            && continues(2, viewA.batchStride(), viewB.batchStride(), viewY.batchStride(), a, y);
    if (tall && a.rows() == 1) {
      a = new Matrix(1, a.columns(), viewA.batchStride(), a.columnStride());
      y = new Matrix(1, y.columns(), viewY.batchStride(), y.columnStride());
    }
    return new ProductSpec(
        viewA, viewB, viewY, batched, a, b, y, tall, offsets(axes, viewA, viewB, viewY));
  }

  /** Length and strides in a, b, y of every axis before the matrix. */
  private static List<int[]> leadingAxes(View a, View b, View y) {
    List<int[]> axes = new ArrayList<>();
    int count = y.dims().length - 2;
    for (int i = 0; i < count; i++) {
      if (y.dims()[i] != 1) {
        axes.add(new int[] {y.dims()[i], stride(a, i, count), stride(b, i, count), y.strides()[i]});
      }
    }
    return axes;
  }

  private static int stride(View view, int axis, int count) {
    return view.dims().length - 2 < count ? 0 : view.strides()[axis];
  }

  /** Whether along an axis b stays and the rows of a and y go on as they did. */
  private static boolean continues(
      int length, int strideA, int strideB, int strideY, Matrix a, Matrix y) {
    if (strideB != 0 || !a.isRowMajor()) {
      return false;
    }
    return a.rows() == 1
        ? strideA >= Math.max(1, a.columns())
            && strideY >= Math.max(1, y.columns())
            && (a.columnStride() == 1 || a.columns() == 1)
        : strideA == a.rows() * a.rowStride() && strideY == y.rows() * y.rowStride() && length > 0;
  }

  private static Matrix extend(Matrix m, int length, int stride) {
    return m.rows() == 1
        ? new Matrix(length, m.columns(), stride, m.columnStride())
        : new Matrix(m.rows() * length, m.columns(), m.rowStride(), m.columnStride());
  }

  private static int[][] offsets(List<int[]> axes, View a, View b, View y) {
    int count = 1;
    for (int[] axis : axes) {
      count *= axis[0];
    }
    int[][] out = new int[3][count];
    for (int i = 0; i < count; i++) {
      out[0][i] = a.offset();
      out[1][i] = b.offset();
      out[2][i] = y.offset();
      int rest = i;
      for (int k = axes.size() - 1; k >= 0; k--) {
        int[] axis = axes.get(k);
        int at = rest % axis[0];
        rest /= axis[0];
        for (int operand = 0; operand < 3; operand++) {
          out[operand][i] += at * axis[1 + operand];
        }
      }
    }
    return out;
  }

  public int inner() {
    return a.columns();
  }

  @Override
  public String describe() {
    return "product %s%d x (%s%d,%d)(%d,%d) %s %s -> %s"
        .formatted(
            batched && !tall ? "Bx" : "",
            offsets[0].length,
            tall ? "Bx" : "",
            a.rows(),
            a.columns(),
            b.rows(),
            b.columns(),
            viewA,
            viewB,
            viewY);
  }

  @Override
  public List<View> reads() {
    return List.of(viewA, viewB);
  }

  @Override
  public List<View> writes() {
    return List.of(viewY);
  }

  @Override
  public long operations(int batch) {
    return 2L * offsets[0].length * a.rows() * a.columns() * b.columns() * (batched ? batch : 1);
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
    return batched || worker.index == 0 ? new ProductStep(this, worker) : null;
  }
}

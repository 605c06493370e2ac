package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Tiling;
import dev.difftop.engine.nd4j.product.Gemm;

/** Runs a {@link ProductSpec} on a worker's samples. */
final class ProductStep implements Step {
  private final ProductSpec spec;
  private final Gemm gemm;
  private final Gemm swapped;
  private final int samples;
  private final int rows;
  private final int tileRows;
  private final int tileColumns;
  private final boolean columnVectors;

  ProductStep(ProductSpec spec, Worker<?> worker) {
    this.spec = spec;
    Area a = worker.area(spec.viewA, spec.batched);
    Area b = worker.area(spec.viewB, spec.batched);
    Area y = worker.area(spec.viewY, spec.batched);
    this.gemm = worker.products.gemm(a, b, y);
    this.swapped = worker.products.gemm(b, a, y);
    this.samples = spec.batched && !spec.tall ? worker.samples : 1;
    this.rows = spec.a.rows() * (spec.tall ? worker.samples : 1);
    Tiling tiling =
        worker.products.cut(
            !spec.a.isRowMajor(),
            !spec.b.isRowMajor(),
            spec.a.rows() * (spec.tall ? worker.batch : 1),
            Tiling.rowLimit(worker.batch, spec.tall ? spec.a.rows() : 0),
            spec.b.columns(),
            spec.inner());
    this.tileRows = tiling.rows();
    this.tileColumns = tiling.columns();
    this.columnVectors = worker.products.hasColumnVectors();
  }

  @Override
  public void prepare() {
    gemm.prepare();
    swapped.prepare();
  }

  @Override
  public void run() {
    int products = spec.offsets[0].length;
    gemm.begin();
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < products; i++) {
        multiply(
            s * spec.viewA.batchStride() + spec.offsets[0][i],
            s * spec.viewB.batchStride() + spec.offsets[1][i],
            s * spec.viewY.batchStride() + spec.offsets[2][i]);
      }
    }
  }

  private void multiply(int a, int b, int y) {
    int n = spec.b.columns();
    if (rows == 1) {
      vectorTimesMatrix(a, b, y);
      return;
    }
    if (n == 1 && columnVectors) {
      matrixTimesVector(a, b, y);
      return;
    }
    boolean transposeA = !spec.a.isRowMajor();
    boolean transposeB = !spec.b.isRowMajor();
    int stepB = transposeB ? spec.b.columnStride() : 1;
    // A row that is left over is multiplied as the only row of a worker would be.
    int left = rows % tileRows == 1 ? 1 : 0;
    for (int column = 0; column < n; column += tileColumns) {
      int width = Math.min(tileColumns, n - column);
      for (int row = 0; row < rows - left; row += tileRows) {
        int height = Math.min(tileRows, rows - row);
        gemm.multiply(
            transposeA,
            transposeB,
            height,
            width,
            spec.inner(),
            a + row * spec.a.rowStride(),
            spec.tall ? spec.a.rowStride() : spec.a.leading(),
            b + column * stepB,
            spec.b.leading(),
            0,
            y + row * spec.y.rowStride() + column,
            spec.y.rowStride());
      }
    }
    if (left > 0) {
      int last = rows - 1;
      vectorTimesMatrix(a + last * spec.a.rowStride(), b, y + last * spec.y.rowStride());
    }
  }

  /** One row: y' = b' a'. */
  private void vectorTimesMatrix(int a, int b, int y) {
    boolean rowMajor = spec.b.isRowMajor();
    gemm.timesVector(
        rowMajor,
        rowMajor ? spec.b.rows() : spec.b.columns(),
        rowMajor ? spec.b.columns() : spec.b.rows(),
        a,
        spec.a.columns() == 1 ? 1 : spec.a.columnStride(),
        b,
        spec.b.leading(),
        0,
        y,
        spec.y.columns() == 1 ? 1 : spec.y.columnStride());
  }

  /** One column. */
  private void matrixTimesVector(int a, int b, int y) {
    boolean rowMajor = spec.a.isRowMajor();
    for (int row = 0; row < rows; row += tileRows) {
      int height = Math.min(tileRows, rows - row);
      swapped.timesVector(
          !rowMajor,
          rowMajor ? height : spec.inner(),
          rowMajor ? spec.inner() : height,
          b,
          spec.b.rows() == 1 ? 1 : spec.b.rowStride(),
          a + row * spec.a.rowStride(),
          spec.tall ? spec.a.rowStride() : spec.a.leading(),
          0,
          y + row * spec.y.rowStride(),
          spec.y.rowStride());
    }
  }
}

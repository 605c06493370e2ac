package dev.difftop.engine.nd4j.product;

import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;

import dev.difftop.engine.nd4j.memory.Area;
import org.bytedeco.javacpp.FloatPointer;

/** Single precision through oneDNN; products of a few numbers and of one row through OpenBLAS. */
final class OneDnnGemm implements Gemm {
  /** Smaller products take longer to hand over than to compute. */
  private static final long FEW_TERMS = 1 << 14;

  private static final byte AS_GIVEN = 'N';
  private static final byte TRANSPOSED = 'T';

  private final Area areaA;
  private final Area areaB;
  private final Area areaC;
  private final FloatGemm small;
  private FloatPointer pointerA;
  private FloatPointer pointerB;
  private FloatPointer pointerC;

  OneDnnGemm(Area a, Area b, Area c) {
    areaA = a;
    areaB = b;
    areaC = c;
    small = new FloatGemm(a, b, c);
    prepare();
  }

  @Override
  public void prepare() {
    small.prepare();
    pointerA = areaA.floatPointer();
    pointerB = areaB.floatPointer();
    pointerC = areaC.floatPointer();
  }

  @Override
  public void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int a,
      int lda,
      int b,
      int ldb,
      double beta,
      int c,
      int ldc) {
    if ((long) m * n * k < FEW_TERMS) {
      small.multiply(transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, c, ldc);
      return;
    }
    OneDnn.check(
        dnnl_sgemm(
            transposeA ? TRANSPOSED : AS_GIVEN,
            transposeB ? TRANSPOSED : AS_GIVEN,
            m,
            n,
            k,
            1f,
            pointerA.position(areaA.base + a),
            lda,
            pointerB.position(areaB.base + b),
            ldb,
            (float) beta,
            pointerC.position(areaC.base + c),
            ldc),
        "a product");
  }

  @Override
  public void timesVector(
      boolean transpose,
      int rows,
      int columns,
      int x,
      int stepX,
      int matrix,
      int ld,
      double beta,
      int y,
      int stepY) {
    small.timesVector(transpose, rows, columns, x, stepX, matrix, ld, beta, y, stepY);
  }
}

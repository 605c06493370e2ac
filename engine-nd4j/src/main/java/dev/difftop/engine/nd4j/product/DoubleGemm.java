package dev.difftop.engine.nd4j.product;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemv;

import dev.difftop.engine.nd4j.memory.Area;
import org.bytedeco.javacpp.DoublePointer;

/** Double precision. */
public final class DoubleGemm implements Gemm {
  private final Area areaA;
  private final Area areaB;
  private final Area areaC;
  private DoublePointer pointerA;
  private DoublePointer pointerB;
  private DoublePointer pointerC;

  public DoubleGemm(Area a, Area b, Area c) {
    areaA = a;
    areaB = b;
    areaC = c;
    prepare();
  }

  @Override
  public void prepare() {
    pointerA = areaA.doublePointer();
    pointerB = areaB.doublePointer();
    pointerC = areaC.doublePointer();
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
    cblas_dgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        m,
        n,
        k,
        1,
        pointerA.position(areaA.base + a),
        lda,
        pointerB.position(areaB.base + b),
        ldb,
        beta,
        pointerC.position(areaC.base + c),
        ldc);
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
    cblas_dgemv(
        CblasRowMajor,
        transpose ? CblasTrans : CblasNoTrans,
        rows,
        columns,
        1,
        pointerB.position(areaB.base + matrix),
        ld,
        pointerA.position(areaA.base + x),
        stepX,
        beta,
        pointerC.position(areaC.base + y),
        stepY);
  }
}

package dev.difftop.engine.nd4j.product;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import dev.difftop.engine.nd4j.memory.Area;
import org.bytedeco.javacpp.FloatPointer;

/** Single precision. */
public final class FloatGemm implements Gemm {
  private final Area areaA;
  private final Area areaB;
  private final Area areaC;
  private FloatPointer pointerA;
  private FloatPointer pointerB;
  private FloatPointer pointerC;

  public FloatGemm(Area a, Area b, Area c) {
    areaA = a;
    areaB = b;
    areaC = c;
    prepare();
  }

  @Override
  public void prepare() {
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
    cblas_sgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
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
    cblas_sgemv(
        CblasRowMajor,
        transpose ? CblasTrans : CblasNoTrans,
        rows,
        columns,
        1f,
        pointerB.position(areaB.base + matrix),
        ld,
        pointerA.position(areaA.base + x),
        stepX,
        (float) beta,
        pointerC.position(areaC.base + y),
        stepY);
  }
}

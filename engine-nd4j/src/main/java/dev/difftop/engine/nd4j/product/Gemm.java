package dev.difftop.engine.nd4j.product;

/**
 * Products of row-major matrices between three areas, {@code C = op(A) op(B) + beta C}, straight to
 * BLAS. Offsets count from the start of the worker's first sample.
 */
public interface Gemm {
  /** Takes over where the areas lie now; after an area moved. */
  void prepare();

  /**
   * Called before products whose operands do not change until the last of them: what was made of
   * one may be used again.
   */
  default void begin() {}

  /**
   * One product.
   *
   * @param transposeA whether A is given as (k, m)
   * @param transposeB whether B is given as (n, k)
   * @param m rows of C
   * @param n columns of C
   * @param k length of the sums
   * @param lda distance of rows as A is given, and so for ldb, ldc
   */
  void multiply(
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
      int ldc);

  /**
   * Matrix times vector, {@code y = op(A) x + beta y}; A is the second area of the product here, x
   * the first, so that {@code y = x Aᵀ} reads like a product with one row.
   *
   * @param transpose whether op(A) is A transposed
   * @param rows rows of A as it is given
   * @param columns columns of A as it is given
   */
  void timesVector(
      boolean transpose,
      int rows,
      int columns,
      int x,
      int stepX,
      int matrix,
      int ld,
      double beta,
      int y,
      int stepY);
}

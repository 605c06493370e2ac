package dev.difftop.engine.nd4j.product;

import dev.difftop.api.array.DType;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Tiling;

/**
 * Products through OpenBLAS, in single or double precision.
 *
 * <p>A tile of a contraction reads few columns of long rows, which share few lines of the first
 * cache. So a block of the first operand is copied to where its columns lie side by side, once for
 * all tiles of the same rows: at 512 by 512 results and 1280 terms that makes 98 GFLOP/s; without
 * the copy it is 86, and 75 where BLAS packs both sides by itself. Results of few columns are made
 * from the operand where it is.
 */
public final class OpenBlas implements Products {
  /** Most terms of a contraction's call: more leave only small tiles to calls without packing. */
  private static final int MOST_TERMS = 512;

  /** Most terms of a call on a copy, which is to stay in the second cache. */
  private static final int MOST_COPIED = Products.SCRATCH / Products.MOST_ROWS;

  /** Fewer columns are too few uses of a copy. */
  private static final int MANY_COLUMNS = 128;

  private final boolean single;

  public OpenBlas(DType dtype) {
    this.single = dtype == DType.FLOAT32;
  }

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public Gemm gemm(Area a, Area b, Area c) {
    return single ? new FloatGemm(a, b, c) : new DoubleGemm(a, b, c);
  }

  @Override
  public Tiling cut(
      boolean transposeA, boolean transposeB, int rows, int limit, int columns, int terms) {
    return Tiling.of(single, transposeA, transposeB, rows, limit, columns, terms);
  }

  @Override
  public Contraction contraction(int rows, int columns, int terms) {
    boolean copies = columns >= MANY_COLUMNS;
    int block = Math.min(copies ? MOST_COPIED : MOST_TERMS, terms);
    Tiling tile = Tiling.of(single, true, false, rows, Products.MOST_ROWS, columns, block);
    return new Contraction(tile, block, copies);
  }

  @Override
  public boolean hasColumnVectors() {
    return true;
  }

  /** It has one thread in the whole process, as the engine sets. */
  @Override
  public void enter() {}
}

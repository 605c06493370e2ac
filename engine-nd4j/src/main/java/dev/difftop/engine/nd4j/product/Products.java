package dev.difftop.engine.nd4j.product;

import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Tiling;

/**
 * Library that multiplies matrices of one number format, and how products are cut into calls of it.
 * A cut depends on sizes and on the processor, never on threads or on other samples, so that the
 * same numbers come out of every thread.
 */
public interface Products extends AutoCloseable {
  /** Most rows of a tile of a contraction, so that there are some for every worker. */
  int MOST_ROWS = 128;

  /** Numbers that a block of the first operand of a contraction may have where it is copied. */
  int SCRATCH = MOST_ROWS * 256;

  /** Name for listings. */
  String name();

  /** The same library with what a worker needs of it for itself; the worker closes it. */
  default Products forWorker() {
    return this;
  }

  /** Frees what belongs to a worker. */
  @Override
  default void close() {}

  /** A product of matrices over these areas. */
  Gemm gemm(Area a, Area b, Area c);

  /**
   * The cut of {@code op(A) op(B)}.
   *
   * @param rows rows of all of the product
   * @param limit most rows of a call
   * @param columns columns of all of the product
   * @param terms length of the sums
   */
  Tiling cut(boolean transposeA, boolean transposeB, int rows, int limit, int columns, int terms);

  /** How a contraction over the batch is cut. */
  Contraction contraction(int rows, int columns, int terms);

  /** Whether products of one column go through {@link Gemm#timesVector}. */
  boolean hasColumnVectors();

  /** Called on every thread before it multiplies in a run: the library is to use it alone. */
  void enter();

  /**
   * The cut of a contraction: tiles of results, each over blocks of terms in order.
   *
   * @param tile rows and columns of a tile
   * @param block terms of a call
   * @param copies whether blocks of the first operand are copied to where their columns lie side by
   *     side
   */
  record Contraction(Tiling tile, int block, boolean copies) {}
}

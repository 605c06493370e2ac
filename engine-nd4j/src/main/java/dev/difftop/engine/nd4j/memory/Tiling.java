package dev.difftop.engine.nd4j.memory;

/**
 * How products are cut into calls of BLAS. The cut depends on sizes and on the processor, never on
 * threads or on other samples, so that the results are the same on every thread.
 *
 * <p>On processors with AVX-512, OpenBLAS multiplies small matrices without packing them first.
 * Calls that stay that small are as fast as large ones for many rows, and much faster for few,
 * where packing the weights costs most. The sizes below were measured with OpenBLAS 0.3.26: within
 * a few percent of the best of all cuts, for 8 to 1024 rows, columns and terms.
 *
 * @param rows rows of a call
 * @param columns columns of a call
 */
public record Tiling(int rows, int columns) {
  /** Largest product of the three sizes that OpenBLAS multiplies without packing. */
  private static final long SMALL = 1_000_000;

  /** With b transposed it also wants this many results at most. */
  private static final int SMALL_TRANSPOSED = 1024;

  /** Below this many terms single precision with b transposed gains by packing. */
  private static final int FEW_TERMS = 96;

  private static final int MOST_ROWS = 1 << 20;

  // ------------------------------------------------------------------ samples

  /** Samples are shared out to threads in multiples of this, a power of two. */
  public static int unit(int batch) {
    return Math.max(8, Math.min(64, Integer.highestOneBit(Math.max(1, batch / 4))));
  }

  /** Number of units of a batch. */
  public static int units(int batch) {
    return (batch + unit(batch) - 1) / unit(batch);
  }

  /** First sample of each worker: samples are shared out evenly, in whole units. */
  public static int[] firstSamples(int batch, int threads) {
    int unit = unit(batch);
    int units = units(batch);
    int workers = Math.min(threads, units);
    int[] first = new int[workers];
    for (int w = 0; w < workers; w++) {
      first[w] = (int) ((long) units * w / workers) * unit;
    }
    return first;
  }

  /**
   * Most rows of a call such that calls never reach over the border of two workers.
   *
   * @param rowsPerSample rows of a sample in a tall product; 0 if samples are not joined
   */
  public static int rowLimit(int batch, int rowsPerSample) {
    int unit = unit(batch);
    return rowsPerSample == 0 || batch <= unit
        ? MOST_ROWS
        : unit * Integer.lowestOneBit(rowsPerSample);
  }

  // ------------------------------------------------------------------ cuts

  /**
   * The cut of {@code op(A) op(B)}.
   *
   * @param rows rows of all of the product
   * @param limit most rows of a call
   * @param columns columns of all of the product
   * @param terms length of the sums
   */
  public static Tiling of(
      boolean single,
      boolean transposeA,
      boolean transposeB,
      int rows,
      int limit,
      int columns,
      int terms) {
    int most = Math.min(limit, rows);
    if (!Processor.hasAvx512()) {
      return new Tiling(limit, columns);
    }
    if (transposeB) {
      return single && terms < FEW_TERMS && most >= 64
          ? new Tiling(limit, columns)
          : small(Math.min(16, most), limit, SMALL_TRANSPOSED, columns, terms);
    }
    return transposeA
        ? small(Math.min(64, most), limit, 48, columns, terms)
        : small(Math.min(32, most), limit, 64, columns, terms);
  }

  /** As many rows as wanted and few columns, fewer rows if the sums are long; all if that fails. */
  private static Tiling small(int wanted, int limit, int width, int columns, int terms) {
    boolean transposed = width == SMALL_TRANSPOSED;
    for (int rows = power(wanted); rows >= Math.min(8, wanted); rows /= 2) {
      int n = Math.min(columns, transposed ? width / Math.max(8, rows) : width);
      if (!transposed && (long) rows * columns * terms <= SMALL) {
        n = columns;
      }
      if ((long) rows * n * terms <= SMALL) {
        return new Tiling(n < columns ? rows : grow(rows, limit, n, terms, transposed), n);
      }
    }
    return new Tiling(limit, columns);
  }

  /** Takes more rows where the calls would do too little. */
  private static int grow(int rows, int limit, int n, int terms, boolean transposed) {
    int grown = rows;
    while (grown * 2 <= Math.min(limit, 256)
        && 2L * grown * n * terms <= SMALL / 2
        && (!transposed || 2 * grown * n <= SMALL_TRANSPOSED)) {
      grown *= 2;
    }
    return grown;
  }

  private static int power(int rows) {
    return rows < 8 ? rows : Integer.highestOneBit(rows);
  }
}

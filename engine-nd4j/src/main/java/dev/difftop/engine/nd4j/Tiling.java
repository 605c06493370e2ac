package dev.difftop.engine.nd4j;

/**
 * How products are cut into calls of BLAS. The cut depends on sizes alone, never on threads or on
 * other samples, so that the same numbers come out whoever computes them. OpenBLAS multiplies small
 * matrices without packing them first; keeping calls that small is faster for few rows, where
 * packing the weights costs most, and no slower for many.
 */
final class Tiling {
  /** Samples are shared out to threads in multiples of this. */
  static final int SAMPLES = 8;

  /** Largest product of the three sizes that OpenBLAS multiplies without packing. */
  private static final int SMALL = 1_000_000;

  private static final int ROWS = 8;
  private static final int COLUMNS = 64;

  private Tiling() {}

  /** First sample of each worker: samples are shared out evenly, in whole multiples. */
  static int[] firstSamples(int batch, int threads) {
    int units = (batch + SAMPLES - 1) / SAMPLES;
    int workers = Math.min(threads, units);
    int[] first = new int[workers];
    for (int w = 0; w < workers; w++) {
      first[w] = (int) ((long) units * w / workers) * SAMPLES;
    }
    return first;
  }

  /** Rows of a call. */
  static int rows(int rowsPerSample, int columns, int inner, boolean tall) {
    return ROWS;
  }

  /** Columns of a call. */
  static int columns(int rows, int columns, int inner) {
    if ((long) rows * columns * inner <= SMALL) {
      return columns;
    }
    return (long) rows * COLUMNS * inner <= SMALL ? COLUMNS : columns;
  }

  /** Rows of a call of a contraction, {@code k} being samples and rows. */
  static int contractRows(int m, int n, int k) {
    return m;
  }

  static int contractColumns(int m, int n, int k) {
    return n;
  }
}

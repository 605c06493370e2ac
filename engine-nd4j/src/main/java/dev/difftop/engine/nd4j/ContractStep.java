package dev.difftop.engine.nd4j;

import dev.difftop.api.DType;

/**
 * Computes a worker's share of the results of a {@link ContractSpec}, each over all samples. The
 * results are cut into tiles whose size does not depend on the number of workers, and every tile is
 * one worker's: so the bits do not depend on it either.
 */
final class ContractStep implements Step {
  /** Most rows of a tile, so that there are some for every worker. */
  private static final int MOST_ROWS = 128;

  /**
   * Most terms of a call that multiplies without packing: more leave only small tiles to it. At 512
   * by 512 results and 2560 terms that makes 64 GFLOP/s, packed calls make 110; where results are
   * too few for packing, sums are added block by block, in order: at 512 by 50, 92 instead of 35.
   */
  private static final int MOST_TERMS = 512;

  /** From this many terms on packing is worth its while. */
  private static final int MANY_TERMS = 1024;

  /** Rows and columns of the results, at least, for calls that pack. */
  private static final int MANY_RESULTS = 128;

  private final ContractSpec spec;
  private final Gemm gemm;
  private final int samples;
  private final int[] offsetsX;
  private final int[] offsetsG;
  private final int[] offsetsY;
  private final int m;
  private final int n;
  private final Tiling tiling;

  /** Terms of a call. */
  private final int block;

  private final int firstTile;
  private final int endTile;

  ContractStep(ContractSpec spec, Worker<?> worker) {
    this.spec = spec;
    this.gemm = worker.lane.gemm(worker.whole(spec.x), worker.whole(spec.g), worker.whole(spec.y));
    this.samples = worker.batch;
    this.offsetsX = firstOfEach(spec.x);
    this.offsetsG = firstOfEach(spec.g);
    this.offsetsY = firstOfEach(spec.y);
    this.m = ContractSpec.columns(spec.x);
    this.n = ContractSpec.columns(spec.g);
    int terms = spec.rows * (spec.tall ? worker.batch : 1);
    boolean packed = terms > MANY_TERMS && Math.min(m, n) >= MANY_RESULTS;
    this.block = packed ? terms : Math.min(MOST_TERMS, terms);
    this.tiling =
        packed
            ? new Tiling(MOST_ROWS, n)
            : Tiling.of(
                worker.lane.dtype == DType.FLOAT32, true, false, m, MOST_ROWS, n, this.block);
    int tiles = offsetsY.length * count(m, tiling.rows()) * count(n, tiling.columns());
    this.firstTile = worker.firstOf(tiles);
    this.endTile = worker.endOf(tiles);
  }

  private static int count(int length, int step) {
    return (length + step - 1) / step;
  }

  /** Where every matrix of a sample starts. */
  private static int[] firstOfEach(View view) {
    int count = view.dims().length - 2;
    int[] dims = java.util.Arrays.copyOf(view.dims(), count);
    int[] strides = java.util.Arrays.copyOf(view.strides(), count);
    return new View(view.storage(), view.offset(), 0, dims, strides).offsets();
  }

  @Override
  public void prepare() {
    gemm.prepare();
  }

  @Override
  public void run() {
    int rowTiles = count(m, tiling.rows());
    int perProduct = rowTiles * count(n, tiling.columns());
    for (int tile = firstTile; tile < endTile; tile++) {
      int at = tile % perProduct;
      compute(tile / perProduct, at % rowTiles * tiling.rows(), at / rowTiles * tiling.columns());
    }
  }

  /** One tile, from a row and a column on. */
  private void compute(int product, int row, int column) {
    int matrices = spec.tall ? 1 : samples;
    int terms = spec.tall ? samples * spec.rows : spec.rows;
    double beta = 0;
    for (int s = 0; s < matrices; s++) {
      for (int from = 0; from < terms; from += block) {
        int x = offsetsX[product] + s * spec.x.batchStride() + from * spec.strideX + row;
        int g = offsetsG[product] + s * spec.g.batchStride() + from * spec.strideG + column;
        multiply(product, row, column, x, g, Math.min(block, terms - from), beta);
        beta = 1;
      }
    }
  }

  private void multiply(int i, int row, int column, int x, int g, int k, double beta) {
    int last = spec.y.dims().length - 1;
    int strideY = m == 1 ? n : spec.y.strides()[last - 1];
    gemm.multiply(
        true,
        false,
        Math.min(tiling.rows(), m - row),
        Math.min(tiling.columns(), n - column),
        k,
        x,
        Math.max(spec.strideX, m),
        g,
        Math.max(spec.strideG, n),
        beta,
        offsetsY[i] + row * strideY + column,
        strideY);
  }
}

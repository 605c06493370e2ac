package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Tiling;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.product.Gemm;
import dev.difftop.engine.nd4j.product.Products;

/**
 * Computes a worker's share of the results of a {@link ContractSpec}, each over all samples. The
 * results are cut into tiles whose size does not depend on the number of workers, and every tile is
 * one worker's, its sums made block by block of terms, in order: so the bits do not depend on it
 * either.
 *
 * @param <A> kind of tile
 */
final class ContractStep<A> implements Step {
  private final ContractSpec spec;
  private final Lane<A> lane;
  private final Area x;
  private final Area packed;
  private final A row;
  private final Gemm gemm;

  /** Whether it works on copies of x. */
  private final boolean copies;

  /** Terms of a call. */
  private final int block;

  private final int matrices;
  private final int terms;
  private final int[] offsetsX;
  private final int[] offsetsG;
  private final int[] offsetsY;
  private final int m;
  private final int n;
  private final Tiling tiling;
  private final int firstTile;
  private final int endTile;

  ContractStep(ContractSpec spec, Worker<A> worker) {
    this.spec = spec;
    this.lane = worker.lane;
    this.x = worker.whole(spec.x);
    this.packed = worker.scratch;
    this.row = worker.tiles[0];
    this.matrices = spec.tall ? 1 : worker.batch;
    this.terms = spec.rows * (spec.tall ? worker.batch : 1);
    this.offsetsX = firstOfEach(spec.x);
    this.offsetsG = firstOfEach(spec.g);
    this.offsetsY = firstOfEach(spec.y);
    this.m = ContractSpec.columns(spec.x);
    this.n = ContractSpec.columns(spec.g);
    Products.Contraction cut = worker.products.contraction(m, n, terms);
    this.copies = cut.copies();
    this.block = cut.block();
    this.tiling = cut.tile();
    this.gemm =
        worker.products.gemm(copies ? packed : x, worker.whole(spec.g), worker.whole(spec.y));
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

  /** Goes from strip to strip: the tiles of the same rows of a product. */
  @Override
  public void run() {
    gemm.begin();
    int perStrip = count(n, tiling.columns());
    int strips = count(m, tiling.rows());
    for (int tile = firstTile; tile < endTile; ) {
      int strip = tile / perStrip;
      int end = Math.min(endTile, (strip + 1) * perStrip);
      int from = tile % perStrip * tiling.columns();
      int to = Math.min(n, (end - strip * perStrip) * tiling.columns());
      compute(strip / strips, strip % strips * tiling.rows(), from, to);
      tile = end;
    }
  }

  /** Some rows of a product, from a column on to another. */
  private void compute(int product, int row, int from, int to) {
    int height = Math.min(tiling.rows(), m - row);
    double beta = 0;
    for (int s = 0; s < matrices; s++) {
      for (int term = 0; term < terms; term += block) {
        int count = Math.min(block, terms - term);
        int start = offsetsX[product] + s * spec.x.batchStride() + term * spec.strideX + row;
        int g = offsetsG[product] + s * spec.g.batchStride() + term * spec.strideG;
        int at = copies ? copy(start, count, height) : start;
        for (int column = from; column < to; column += tiling.columns()) {
          multiply(product, row, height, column, at, g + column, count, beta);
        }
        beta = 1;
      }
    }
  }

  /** Answers where the copy starts. */
  private int copy(int start, int count, int height) {
    for (int i = 0; i < count; i++) {
      lane.get(x, start + i * spec.strideX, row, 0, height);
      lane.put(packed, i * height, row, 0, height);
    }
    return 0;
  }

  private void multiply(
      int i, int row, int height, int column, int x, int g, int count, double beta) {
    int last = spec.y.dims().length - 1;
    int strideY = m == 1 ? n : spec.y.strides()[last - 1];
    gemm.multiply(
        true,
        false,
        height,
        Math.min(tiling.columns(), n - column),
        count,
        x,
        copies ? height : Math.max(spec.strideX, m),
        g,
        Math.max(spec.strideG, n),
        beta,
        offsetsY[i] + row * strideY + column,
        strideY);
  }
}

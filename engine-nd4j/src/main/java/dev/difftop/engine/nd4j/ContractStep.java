package dev.difftop.engine.nd4j;

import dev.difftop.api.DType;

/** Runs a {@link ContractSpec} over all samples. */
final class ContractStep implements Step {
  private final ContractSpec spec;
  private final Gemm gemm;
  private final int samples;
  private final int[] offsetsX;
  private final int[] offsetsG;
  private final int[] offsetsY;
  private final int m;
  private final int n;
  private final Tiling tiling;

  ContractStep(ContractSpec spec, Worker<?> worker) {
    this.spec = spec;
    this.gemm = worker.lane.gemm(worker.whole(spec.x), worker.whole(spec.g), worker.whole(spec.y));
    this.samples = worker.batch;
    this.offsetsX = firstOfEach(spec.x);
    this.offsetsG = firstOfEach(spec.g);
    this.offsetsY = firstOfEach(spec.y);
    this.m = ContractSpec.columns(spec.x);
    this.n = ContractSpec.columns(spec.g);
    this.tiling =
        Tiling.of(
            worker.lane.dtype == DType.FLOAT32,
            true,
            false,
            m,
            Tiling.rowLimit(worker.batch, 0),
            n,
            spec.rows * (spec.tall ? worker.batch : 1));
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
    for (int i = 0; i < offsetsY.length; i++) {
      if (spec.tall) {
        multiply(i, 0, samples * spec.rows, 0);
      } else {
        for (int s = 0; s < samples; s++) {
          multiply(i, s, spec.rows, s == 0 ? 0 : 1);
        }
      }
    }
  }

  private void multiply(int i, int sample, int k, double beta) {
    int tileRows = tiling.rows();
    int tileColumns = tiling.columns();
    int last = spec.y.dims().length - 1;
    int strideY = m == 1 ? n : spec.y.strides()[last - 1];
    for (int column = 0; column < n; column += tileColumns) {
      for (int row = 0; row < m; row += tileRows) {
        gemm.multiply(
            true,
            false,
            Math.min(tileRows, m - row),
            Math.min(tileColumns, n - column),
            k,
            offsetsX[i] + sample * spec.x.batchStride() + row,
            Math.max(spec.strideX, m),
            offsetsG[i] + sample * spec.g.batchStride() + column,
            Math.max(spec.strideG, n),
            beta,
            offsetsY[i] + row * strideY + column,
            strideY);
      }
    }
  }
}

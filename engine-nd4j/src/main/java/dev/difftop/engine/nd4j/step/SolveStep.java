package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Elimination;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;

/** Runs a {@link SolveSpec} on a worker's samples. A matrix that all share is factorised once. */
final class SolveStep implements Step {
  private final SolveSpec spec;
  private final Lane<?> lane;
  private final Area matrices;
  private final Area sides;
  private final Area y;
  private final int samples;
  private final int[] matrixOffsets;
  private final int[] sideOffsets;
  private final Elimination elimination;
  private final double[] side;
  private final int n;

  SolveStep(SolveSpec spec, Worker<?> worker) {
    this.spec = spec;
    this.lane = worker.lane;
    this.matrices = worker.area(spec.matrices(), spec.batched());
    this.sides = worker.area(spec.sides(), spec.batched());
    this.y = worker.area(spec.y(), spec.batched());
    this.samples = spec.batched() ? worker.samples : 1;
    this.matrixOffsets = spec.matrices().offsets();
    this.sideOffsets = spec.sides().offsets();
    this.n = spec.n();
    this.elimination = new Elimination(spec.solve(), n);
    this.side = new double[n * spec.y().dims()[spec.y().dims().length - 1]];
  }

  @Override
  public void run() {
    int systems = matrixOffsets.length / (n * n);
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < systems; i++) {
        if (s == 0 || systems > 1 || spec.matrices().batchStride() != 0) {
          readMatrix(s * spec.matrices().batchStride(), i * n * n);
        }
        solve(s, i * side.length);
      }
    }
  }

  private void readMatrix(int sample, int first) {
    double[] matrix = elimination.matrix();
    for (int k = 0; k < matrix.length; k++) {
      matrix[k] = lane.get(matrices, sample + matrixOffsets[first + k]);
    }
    elimination.factorize();
  }

  private void solve(int s, int first) {
    for (int k = 0; k < side.length; k++) {
      side[k] = lane.get(sides, s * spec.sides().batchStride() + sideOffsets[first + k]);
    }
    elimination.solve(side, side.length / n);
    int at = spec.y().offset() + s * spec.y().batchStride() + first;
    for (int k = 0; k < side.length; k++) {
      lane.put(y, at + k, side[k]);
    }
  }
}

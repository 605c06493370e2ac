package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Tensor;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.View;

/** Runs an {@link InterpretedSpec} on a worker's samples. */
final class InterpretedStep implements Step {
  private final InterpretedSpec spec;
  private final Worker<?> worker;
  private final int samples;
  private final int[][] offsets;

  InterpretedStep(InterpretedSpec spec, Worker<?> worker) {
    this.spec = spec;
    this.worker = worker;
    this.samples = spec.isPerSample() ? worker.samples : worker.batch;
    this.offsets = spec.operands().stream().map(View::offsets).toArray(int[][]::new);
  }

  @Override
  public void run() {
    Tensor t = spec.tensor();
    double[][] operands = new double[offsets.length][];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = read(spec.operands().get(i), t.operand(i).shape().isBatched(), offsets[i]);
    }
    double[] result = t.primitive().evaluate(t, operands, samples);
    Area area = worker.area(spec.y(), spec.isPerSample());
    for (int i = 0; i < result.length; i++) {
      worker.lane.put(area, spec.y().offset() + i, result[i]);
    }
  }

  private double[] read(View view, boolean batched, int[] offset) {
    Area area = worker.area(view, spec.isPerSample());
    int count = batched ? samples : 1;
    double[] values = new double[count * offset.length];
    for (int s = 0; s < count; s++) {
      for (int i = 0; i < offset.length; i++) {
        values[s * offset.length + i] = worker.lane.get(area, s * view.batchStride() + offset[i]);
      }
    }
    return values;
  }
}

package dev.difftop.engine.nd4j.plan;

import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.step.FusedSpec;
import dev.difftop.engine.nd4j.step.ReduceStep;
import dev.difftop.engine.nd4j.step.StepSpec;
import dev.difftop.engine.nd4j.step.Worker;
import java.util.List;

/** Makes the workers of a compiled program, or of the body of a loop in it. */
final class Workers {
  private Workers() {}

  /** One for every first sample. */
  static Worker<?>[] of(
      Lane<?> lane, List<StepSpec> steps, Memory memory, int[] firstSamples, int batch) {
    Worker<?>[] workers = new Worker<?>[firstSamples.length];
    for (int w = 0; w < workers.length; w++) {
      int samples = samples(firstSamples, w, batch);
      workers[w] = worker(lane, steps, memory, w, workers.length, firstSamples[w], samples, batch);
    }
    return workers;
  }

  /** Most samples of a worker. */
  static int most(int[] firstSamples, int batch) {
    int most = 0;
    for (int w = 0; w < firstSamples.length; w++) {
      most = Math.max(most, samples(firstSamples, w, batch));
    }
    return most;
  }

  private static int samples(int[] firstSamples, int worker, int batch) {
    int end = worker + 1 < firstSamples.length ? firstSamples[worker + 1] : batch;
    return end - firstSamples[worker];
  }

  private static <A> Worker<A> worker(
      Lane<A> lane,
      List<StepSpec> steps,
      Memory memory,
      int index,
      int workers,
      int firstSample,
      int samples,
      int batch) {
    int count = ReduceStep.TILES;
    int length = FusedSpec.TILE_BYTES / lane.dtype.bytes();
    int scratch = 0;
    for (StepSpec step : steps) {
      scratch = Math.max(scratch, step.scratch());
      if (step instanceof FusedSpec fused) {
        count = Math.max(count, fused.tiles());
        length = Math.max(length, fused.tileLength(lane.dtype.bytes()));
      }
    }
    return new Worker<>(
        lane,
        index,
        workers,
        firstSample,
        samples,
        batch,
        memory.own(index),
        memory.whole(),
        memory.scratch(scratch),
        count,
        length);
  }
}

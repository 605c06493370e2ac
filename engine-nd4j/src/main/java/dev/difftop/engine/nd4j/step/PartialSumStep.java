package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.Tiling;

/**
 * Runs a {@link PartialSumSpec}.
 *
 * @param <A> kind of tile
 */
final class PartialSumStep<A> implements Step {
  private final Lane<A> lane;
  private final Area parts;
  private final Area y;
  private final int size;
  private final int units;
  private final int partsAt;
  private final int yAt;
  private final int length;
  private final A sum;
  private final A part;

  PartialSumStep(PartialSumSpec spec, Worker<A> worker) {
    this.lane = worker.lane;
    this.parts = worker.whole(spec.parts());
    this.y = worker.whole(spec.y());
    this.size = spec.y().size();
    this.units = Tiling.units(worker.batch);
    this.partsAt = spec.parts().offset();
    this.yAt = spec.y().offset();
    this.length = FusedSpec.TILE_BYTES / lane.dtype.bytes();
    this.sum = worker.tiles[0];
    this.part = worker.tiles[1];
  }

  @Override
  public void run() {
    for (int done = 0; done < size; done += length) {
      int n = Math.min(length, size - done);
      lane.get(parts, partsAt + done, sum, 0, n);
      for (int u = 1; u < units; u++) {
        lane.get(parts, partsAt + u * size + done, part, 0, n);
        lane.accumulate(sum, part, n);
      }
      lane.put(y, yAt + done, sum, 0, n);
    }
  }
}

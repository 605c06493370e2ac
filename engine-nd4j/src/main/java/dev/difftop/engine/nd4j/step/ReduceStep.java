package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;

/**
 * Runs a {@link ReduceSpec} on a worker's samples; where samples meet, on a worker's share of the
 * results.
 *
 * @param <A> kind of tile
 */
public final class ReduceStep<A> implements Step {
  /** Tiles it needs of a worker. */
  public static final int TILES = 3;

  private final ReduceSpec spec;
  private final Lane<A> lane;
  private final Area x;
  private final Area y;
  private final A sum;
  private final A part;
  private final A result;
  private final int length;
  private final int results;
  private final int perResult;
  private final int firstKept;
  private final int endKept;
  private final int firstColumn;
  private final int endColumn;

  public ReduceStep(ReduceSpec spec, Worker<A> worker) {
    this.spec = spec;
    this.lane = worker.lane;
    this.x = worker.area(spec.x, spec.isPerSample());
    this.y = worker.area(spec.y, spec.isPerSample());
    this.sum = worker.tiles[0];
    this.part = worker.tiles[1];
    this.result = worker.tiles[2];
    this.length = FusedSpec.TILE_BYTES / lane.dtype.bytes();
    int own = spec.overBatch ? worker.batch : worker.samples;
    int samples = spec.batched ? own : 1;
    this.perResult = spec.overBatch ? samples : 1;
    this.results = spec.overBatch ? 1 : samples;
    boolean byColumn = !spec.isPerSample() && spec.run > 1;
    boolean byKept = !spec.isPerSample() && spec.run == 1;
    this.firstColumn = byColumn ? worker.firstOf(spec.run) : 0;
    this.endColumn = byColumn ? worker.endOf(spec.run) : spec.run;
    this.firstKept = byKept ? worker.firstOf(spec.kept.length) : 0;
    this.endKept = byKept ? worker.endOf(spec.kept.length) : spec.kept.length;
  }

  @Override
  public void run() {
    int size = spec.kept.length * spec.run;
    for (int s = 0; s < results; s++) {
      for (int i = firstKept; i < endKept; i++) {
        int from = s * spec.x.batchStride() + spec.kept[i];
        int to = spec.y.offset() + s * size + i * spec.run;
        if (spec.run > 1) {
          reduceRuns(from, to);
        } else {
          reduceNumbers(from, to);
        }
      }
    }
  }

  private void reduceRuns(int from, int to) {
    for (int column = firstColumn; column < endColumn; column += length) {
      int width = Math.min(length, endColumn - column);
      lane.fill(sum, 0, width, spec.maximum ? Double.NEGATIVE_INFINITY : 0);
      for (int s = 0; s < perResult; s++) {
        for (int offset : spec.reduced) {
          lane.get(x, from + s * spec.x.batchStride() + offset + column, part, 0, width);
          if (spec.maximum) {
            lane.accumulateMax(sum, part, width);
          } else {
            lane.accumulate(sum, part, width);
          }
        }
      }
      lane.put(y, to + column, sum, 0, width);
    }
  }

  /** Sums of at most a tile each, then their sum; the order depends on sizes alone. */
  private void reduceNumbers(int from, int to) {
    lane.fill(result, 0, 1, spec.maximum ? Double.NEGATIVE_INFINITY : 0);
    int filled = 0;
    for (int s = 0; s < perResult; s++) {
      int done = 0;
      while (done < spec.reduced.length) {
        int n = Math.min(length - filled, spec.reduced.length - done);
        int start = from + s * spec.x.batchStride();
        if (spec.dense) {
          lane.get(x, start + done, part, filled, n);
        } else {
          lane.gather(x, start, spec.reduced, done, part, filled, n);
        }
        done += n;
        filled += n;
        if (filled == length) {
          join(filled);
          filled = 0;
        }
      }
    }
    join(filled);
    lane.put(y, to, result, 0, 1);
  }

  private void join(int n) {
    if (n == 0) {
      return;
    }
    if (spec.maximum) {
      lane.maxRows(sum, part, 1, n);
      lane.accumulateMax(result, sum, 1);
    } else {
      lane.sumRows(sum, part, 1, n);
      lane.accumulate(result, sum, 1);
    }
  }
}

package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;

/**
 * Runs a {@link TableSpec} on a worker's samples.
 *
 * @param <A> kind of tile
 */
final class TableStep<A> implements Step {
  private final TableSpec spec;
  private final Lane<A> lane;
  private final Area areaX;
  private final Area areaIndex;
  private final Area areaY;
  private final A row;
  private final A sum;
  private final int tileLength;
  private final int samples;
  private final int[] indexOffsets;
  private final int[] offsetsX;
  private final int rowLength;

  TableStep(TableSpec spec, Worker<A> worker) {
    this.spec = spec;
    this.lane = worker.lane;
    this.areaX = worker.area(spec.x(), spec.isPerSample());
    this.areaIndex = worker.area(spec.index(), spec.isPerSample());
    this.areaY = worker.area(spec.y(), spec.isPerSample());
    this.row = worker.tiles[0];
    this.sum = worker.tiles[1];
    this.tileLength = FusedSpec.TILE_BYTES / lane.dtype.bytes();
    int own = spec.isPerSample() ? worker.samples : worker.batch;
    this.samples = spec.batched() ? own : 1;
    this.indexOffsets = spec.index().offsets();
    this.offsetsX = spec.x().offsets();
    this.rowLength = spec.rowLength();
  }

  @Override
  public void run() {
    if (spec.scatter()) {
      clear();
    }
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < indexOffsets.length; i++) {
        double number = lane.get(areaIndex, s * spec.index().batchStride() + indexOffsets[i]);
        long at = Math.round(number);
        boolean inside = at >= 0 && at < spec.tableRows();
        int x = s * spec.x().batchStride();
        int y = spec.y().offset() + s * (spec.scatter() && !spec.perSample() ? 0 : spec.y().size());
        if (!spec.scatter()) {
          take(x, inside ? (int) at : -1, y + i * rowLength);
        } else if (inside) {
          add(x, i, y + (int) at * rowLength);
        }
      }
    }
  }

  private void clear() {
    int n = spec.y().size() * (spec.perSample() ? samples : 1);
    for (int done = 0; done < n; done += tileLength) {
      int width = Math.min(tileLength, n - done);
      lane.fill(row, 0, width, 0);
      lane.put(areaY, spec.y().offset() + done, row, 0, width);
    }
  }

  private void take(int x, int tableRow, int y) {
    for (int done = 0; done < rowLength; done += tileLength) {
      int width = Math.min(tileLength, rowLength - done);
      if (tableRow < 0) {
        lane.fill(row, 0, width, 0);
      } else {
        lane.gather(areaX, x, offsetsX, tableRow * rowLength + done, row, 0, width);
      }
      lane.put(areaY, y + done, row, 0, width);
    }
  }

  private void add(int x, int i, int y) {
    for (int done = 0; done < rowLength; done += tileLength) {
      int width = Math.min(tileLength, rowLength - done);
      lane.gather(areaX, x, offsetsX, i * rowLength + done, row, 0, width);
      lane.get(areaY, y + done, sum, 0, width);
      lane.accumulate(sum, row, width);
      lane.put(areaY, y + done, sum, 0, width);
    }
  }
}

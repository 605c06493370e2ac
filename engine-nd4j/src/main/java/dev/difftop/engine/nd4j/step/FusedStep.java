package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import java.util.List;

/**
 * Runs a {@link FusedSpec} on a worker's samples.
 *
 * @param <A> kind of tile
 */
final class FusedStep<A> implements Step {
  private final FusedSpec spec;
  private final Lane<A> lane;
  private final A[] tiles;
  private final Instruction[] once;
  private final Instruction[] perTile;
  private final Area[] onceAreas;
  private final Area[] tileAreas;
  private final int rows;
  private final int columns;
  private final int tileRows;
  private final int tileColumns;

  FusedStep(FusedSpec spec, Worker<A> worker) {
    this.spec = spec;
    this.lane = worker.lane;
    this.tiles = worker.tiles;
    this.once = spec.once().toArray(Instruction[]::new);
    this.perTile = spec.perTile().toArray(Instruction[]::new);
    this.onceAreas = areas(spec.once(), worker, spec.batched());
    this.tileAreas = areas(spec.perTile(), worker, spec.batched());
    int samples = spec.batched() ? worker.samples : 1;
    int length = spec.tileLength(lane.dtype.bytes());
    if (spec.flat()) {
      this.rows = 1;
      this.columns = samples * spec.rows() * spec.columns();
    } else {
      this.rows = samples * spec.rows();
      this.columns = spec.columns();
    }
    this.tileColumns = Math.min(columns, length);
    this.tileRows = tileColumns < columns ? 1 : Math.max(1, length / Math.max(1, columns));
  }

  private static Area[] areas(List<Instruction> code, Worker<?> worker, boolean perSample) {
    return code.stream()
        .map(i -> i.port() == null ? null : worker.area(i.port().view, perSample))
        .toArray(Area[]::new);
  }

  @Override
  public void run() {
    for (int i = 0; i < once.length; i++) {
      prepareOnce(once[i], onceAreas[i]);
    }
    for (int row = 0; row < rows; row += tileRows) {
      int height = Math.min(tileRows, rows - row);
      for (int column = 0; column < columns; column += tileColumns) {
        int width = Math.min(tileColumns, columns - column);
        for (int i = 0; i < perTile.length; i++) {
          execute(perTile[i], tileAreas[i], row, height, column, width);
        }
      }
    }
  }

  /** Fills a tile with what every tile of the loop has in common. */
  private void prepareOnce(Instruction code, Area area) {
    A y = tiles[code.y()];
    int height = Math.min(tileRows, rows);
    int length = code.column() ? height : height * tileColumns;
    if (code.kind() == Instruction.Kind.FILL) {
      lane.fill(y, 0, length, code.number());
      return;
    }
    Port port = code.port();
    switch (port.columns) {
      case SAME, ONE -> lane.fill(y, 0, length, lane.get(area, port.start(0)));
      case DENSE -> {
        lane.get(area, port.start(0), y, 0, tileColumns);
        repeat(y, height);
      }
      case TABLE -> {
        lane.gather(area, port.start(0), port.table, 0, y, 0, tileColumns);
        repeat(y, height);
      }
    }
  }

  @SuppressWarnings("SuspiciousSystemArraycopy")
  private void repeat(A tile, int height) {
    for (int r = 1; r < height; r++) {
      System.arraycopy(tile, 0, tile, r * tileColumns, tileColumns);
    }
  }

  private void execute(Instruction code, Area area, int row, int height, int column, int width) {
    int n = code.column() ? height : height * width;
    switch (code.kind()) {
      case LOAD -> load(code, area, row, height, column, width);
      case STORE -> store(code, area, row, height, column, width);
      case UNARY ->
          lane.unary(
              code.unary(),
              tiles[code.y()],
              tiles[code.a()],
              tiles[spec.tiles() - 1],
              tiles[Math.max(0, spec.tiles() - 2)],
              n);
      case BINARY ->
          lane.binary(code.binary(), tiles[code.y()], tiles[code.a()], tiles[code.b()], n);
      case BINARY_RIGHT ->
          lane.binaryRight(code.binary(), tiles[code.y()], tiles[code.a()], code.number(), n);
      case BINARY_LEFT ->
          lane.binaryLeft(code.binary(), tiles[code.y()], code.number(), tiles[code.a()], n);
      case WHERE ->
          lane.where(tiles[code.y()], tiles[code.a()], tiles[code.b()], tiles[code.c()], n);
      case BINARY_COLUMN, COLUMN_BINARY ->
          lane.binaryColumn(
              code.binary(),
              code.kind() == Instruction.Kind.COLUMN_BINARY,
              tiles[code.y()],
              tiles[code.a()],
              tiles[code.b()],
              height,
              width);
      case SPREAD -> lane.spread(tiles[code.y()], tiles[code.a()], height, width);
      case SUM_ROWS -> lane.sumRows(tiles[code.y()], tiles[code.a()], height, width);
      case MAX_ROWS -> lane.maxRows(tiles[code.y()], tiles[code.a()], height, width);
      case FILL -> lane.fill(tiles[code.y()], 0, n, code.number());
    }
  }

  private void load(Instruction code, Area area, int row, int height, int column, int width) {
    A y = tiles[code.y()];
    Port port = code.port();
    if (spec.flat()) {
      lane.get(area, port.view.offset() + column, y, 0, width);
      return;
    }
    switch (port.columns) {
      case ONE -> {
        if (port.rowStride == 1) {
          lane.get(area, port.start(row), y, 0, height);
        } else {
          for (int r = 0; r < height; r++) {
            lane.fill(y, r, 1, lane.get(area, port.start(row + r)));
          }
        }
      }
      case DENSE -> {
        if (port.rowStride == columns && width == columns) {
          lane.get(area, port.start(row), y, 0, height * width);
        } else {
          for (int r = 0; r < height; r++) {
            lane.get(area, port.start(row + r) + column, y, r * width, width);
          }
        }
      }
      case SAME -> {
        for (int r = 0; r < height; r++) {
          lane.fill(y, r * width, width, lane.get(area, port.start(row + r)));
        }
      }
      case TABLE -> {
        for (int r = 0; r < height; r++) {
          lane.gather(area, port.start(row + r), port.table, column, y, r * width, width);
        }
      }
    }
  }

  private void store(Instruction code, Area area, int row, int height, int column, int width) {
    A a = tiles[code.a()];
    Port port = code.port();
    if (spec.flat()) {
      lane.put(area, port.view.offset() + column, a, 0, width);
      return;
    }
    switch (port.columns) {
      case ONE -> {
        if (port.rowStride == 1) {
          lane.put(area, port.start(row), a, 0, height);
        } else {
          for (int r = 0; r < height; r++) {
            lane.put(area, port.start(row + r), lane.element(a, r));
          }
        }
      }
      case DENSE -> {
        if (port.rowStride == columns && width == columns) {
          lane.put(area, port.start(row), a, 0, height * width);
        } else {
          for (int r = 0; r < height; r++) {
            lane.put(area, port.start(row + r) + column, a, r * width, width);
          }
        }
      }
      case TABLE -> {
        for (int r = 0; r < height; r++) {
          lane.scatter(area, port.start(row + r), port.table, column, a, r * width, width);
        }
      }
      case SAME -> {
        // A row of one column; a longer one would be written over itself.
        for (int r = 0; r < height; r++) {
          lane.put(area, port.start(row + r), lane.element(a, r * width));
        }
      }
    }
  }
}

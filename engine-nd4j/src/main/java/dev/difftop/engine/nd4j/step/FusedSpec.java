package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Elementwise operations, and sums along rows, done tile by tile while the numbers are in the
 * cache.
 *
 * @param batched whether it goes over the samples
 * @param rows rows per sample, or over all if not batched
 * @param columns columns per row
 * @param flat whether rows do not matter: everything lies densely
 * @param once instructions before the first tile
 * @param perTile instructions for every tile
 * @param tiles number of tiles
 */
public record FusedSpec(
    boolean batched,
    int rows,
    int columns,
    boolean flat,
    List<Instruction> once,
    List<Instruction> perTile,
    int tiles)
    implements StepSpec {
  /** Elements of a tile, unless a row is longer and must stay whole. */
  public static final int TILE_BYTES = 4096;

  /** Longest row that is kept whole in a tile. */
  public static final int LONGEST_ROW = 8192;

  /** Elements of a tile of this loop. */
  public int tileLength(int bytesPerElement) {
    int usual = TILE_BYTES / bytesPerElement;
    return keepsRows() ? Math.max(usual, columns) : usual;
  }

  /** Whether a tile holds whole rows, since something is summed along them or spread over them. */
  private boolean keepsRows() {
    return !flat
        && (once.stream().anyMatch(i -> i.kind() == Instruction.Kind.LOAD)
            || perTile.stream().anyMatch(FusedSpec::worksOnRows));
  }

  private static boolean worksOnRows(Instruction i) {
    return switch (i.kind()) {
      case SPREAD, BINARY_COLUMN, COLUMN_BINARY -> true;
      default -> i.column();
    };
  }

  @Override
  public String describe() {
    String code =
        java.util.stream.Stream.concat(once.stream(), perTile.stream())
            .map(Instruction::toString)
            .collect(Collectors.joining("; "));
    return "fused %s%s%dx%d: %s"
        .formatted(batched ? "Bx" : "", flat ? "flat " : "", rows, columns, code);
  }

  private List<View> ports(Instruction.Kind kind) {
    List<View> views = new ArrayList<>();
    once.stream().filter(i -> i.kind() == kind).forEach(i -> views.add(i.port().view));
    perTile.stream().filter(i -> i.kind() == kind).forEach(i -> views.add(i.port().view));
    return views;
  }

  @Override
  public List<View> reads() {
    return ports(Instruction.Kind.LOAD);
  }

  @Override
  public List<View> writes() {
    return ports(Instruction.Kind.STORE);
  }

  @Override
  public long operations(int batch) {
    long perRow = 0;
    for (Instruction i : perTile) {
      if (i.kind() != Instruction.Kind.LOAD && i.kind() != Instruction.Kind.STORE) {
        perRow += i.column() && i.kind() != Instruction.Kind.SUM_ROWS ? 1 : columns;
      }
    }
    return perRow * rows * (batched ? batch : 1);
  }

  @Override
  public boolean isPerSample() {
    return batched;
  }

  /**
   * Whether a view that is written may take the place of one that is read: every tile reads it, in
   * the same pattern, before it writes.
   */
  public boolean mayOverwrite(View source, View target) {
    int store = -1;
    for (int i = 0; i < perTile.size(); i++) {
      if (perTile.get(i).kind() == Instruction.Kind.STORE && perTile.get(i).port().view == target) {
        store = i;
      }
    }
    if (store < 0 || once.stream().anyMatch(i -> reads(i, source))) {
      return false;
    }
    for (int i = 0; i < perTile.size(); i++) {
      Instruction load = perTile.get(i);
      if (reads(load, source) && (i > store || !load.port().liesLike(perTile.get(store).port()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean reads(Instruction i, View source) {
    return i.kind() == Instruction.Kind.LOAD && i.port().view.storage() == source.storage();
  }

  @Override
  public Step bind(Worker<?> worker) {
    return batched || worker.index == 0 ? bindTyped(worker) : null;
  }

  private <A> Step bindTyped(Worker<A> worker) {
    return new FusedStep<>(this, worker);
  }
}

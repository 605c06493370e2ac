package dev.difftop.engine.nd4j;

/**
 * How a fused loop reads or writes a view: as rows of columns, or as one number per row. Element c
 * of row r of sample b lies at {@code b batchStride + rows[r] + columns[c]}.
 */
final class Port {
  /** How the columns of a row lie. */
  enum Columns {
    /** Side by side. */
    DENSE,
    /** All at the same place. */
    SAME,
    /** Anywhere, by table. */
    TABLE,
    /** There is one per row. */
    ONE
  }

  final View view;
  final Columns columns;
  final int batchStride;
  final int[] rows;
  final int[] table;

  /** Distance of neighbouring rows, across samples too; -1 where there is none. */
  final int rowStride;

  private Port(View view, Columns columns, int batchStride, int[] rows, int[] table) {
    this.view = view;
    this.columns = columns;
    this.batchStride = batchStride;
    this.rows = rows;
    this.table = table;
    this.rowStride = rowStride(rows, batchStride);
  }

  private static int rowStride(int[] rows, int batchStride) {
    int step = rows.length == 1 ? batchStride : rows[1] - rows[0];
    for (int r = 1; r < rows.length; r++) {
      if (rows[r] - rows[r - 1] != step) {
        return -1;
      }
    }
    return batchStride == step * rows.length ? step : -1;
  }

  /** One number per row, or null if the view has another number of elements. */
  static Port column(View view, int rowsPerSample) {
    return view.size() == rowsPerSample
        ? new Port(view, Columns.ONE, view.batchStride(), view.offsets(), null)
        : null;
  }

  /** All of a view that lies densely, or is one number. */
  static Port flat(View view, boolean same) {
    return new Port(
        view,
        same ? Columns.SAME : Columns.DENSE,
        view.batchStride(),
        new int[] {view.offset()},
        null);
  }

  /** Rows of columns; null where rows differ in more than their start. */
  static Port full(View view, int columns) {
    int[] offsets = view.offsets();
    int count = columns == 0 ? 0 : offsets.length / columns;
    int[] rows = new int[count];
    for (int r = 0; r < count; r++) {
      rows[r] = offsets[r * columns];
    }
    int[] table = new int[columns];
    boolean dense = true;
    boolean same = true;
    for (int c = 0; c < columns && count > 0; c++) {
      table[c] = offsets[c] - offsets[0];
      dense &= table[c] == c;
      same &= table[c] == 0;
    }
    for (int i = 0; i < offsets.length; i++) {
      if (offsets[i] != rows[i / columns] + table[i % columns]) {
        return null;
      }
    }
    Columns kind = dense ? Columns.DENSE : same ? Columns.SAME : Columns.TABLE;
    return new Port(view, kind, view.batchStride(), rows, kind == Columns.TABLE ? table : null);
  }

  /** Whether it has the same elements of its storage in the same places as another of its own. */
  boolean liesLike(Port other) {
    return columns == other.columns
        && batchStride == other.batchStride
        && java.util.Arrays.equals(rows, other.rows)
        && java.util.Arrays.equals(table, other.table);
  }

  /** Whether every row of every sample is the same. */
  boolean isSameForAllRows() {
    return rowStride == 0;
  }

  /** Where a row starts. */
  int start(int row) {
    if (rowStride >= 0) {
      return rows[0] + row * rowStride;
    }
    int sample = row / rows.length;
    return sample * batchStride + rows[row - sample * rows.length];
  }
}

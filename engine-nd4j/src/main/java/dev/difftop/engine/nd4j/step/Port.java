package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.memory.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a fused loop reads or writes a view: as rows of columns, or as one number per row. Element c
 * of row r of sample b lies at {@code b batchStride + start of r + columns[c]}.
 */
public final class Port {
  /** How the columns of a row lie. */
  public enum Columns {
    /** Side by side. */
    DENSE,
    /** All at the same place. */
    SAME,
    /** Anywhere, by table. */
    TABLE,
    /** There is one per row. */
    ONE
  }

  public final View view;
  public final Columns columns;

  /** Offsets of the columns, for {@link Columns#TABLE}. */
  public final int[] table;

  private final int rowsPerSample;
  private final int batchStride;

  /** Distance of neighbouring rows, across samples too; -1 where they lie by table. */
  public final int rowStride;

  /** Starts of a sample's rows, where they lie by table. */
  private final int[] rows;

  private Port(View view, Columns columns, int[] table, List<int[]> rowAxes) {
    this.view = view;
    this.columns = columns;
    this.table = table;
    this.batchStride = view.batchStride();
    int count = 1;
    for (int[] axis : rowAxes) {
      count *= axis[0];
    }
    this.rowsPerSample = count;
    int step = rowAxes.isEmpty() ? batchStride : rowAxes.get(rowAxes.size() - 1)[1];
    boolean even = rowAxes.size() <= 1 && batchStride == step * count;
    this.rowStride = even ? step : -1;
    this.rows = even ? null : offsets(rowAxes, view.offset(), count);
  }

  /** One number per row, or null if the view has another number of elements. */
  public static Port column(View view, int rowsPerSample) {
    return view.size() == rowsPerSample
        ? new Port(view, Columns.ONE, null, joinedAxes(view))
        : null;
  }

  /** The numbers that a view repeats along its rows, one per row; null if it repeats none so. */
  public static View spreadColumn(View view, int rowsPerSample, int columns) {
    int axis = view.dims().length;
    int length = 1;
    while (axis > 0 && length < columns) {
      axis--;
      length *= view.dims()[axis];
      if (view.strides()[axis] != 0 && view.dims()[axis] != 1) {
        return null;
      }
    }
    View each =
        new View(
            view.storage(),
            view.offset(),
            view.batchStride(),
            Arrays.copyOf(view.dims(), axis),
            Arrays.copyOf(view.strides(), axis));
    return length == columns && each.size() == rowsPerSample ? each : null;
  }

  /** All of a view that lies densely, or is one number. */
  public static Port flat(View view, boolean same) {
    return new Port(view, same ? Columns.SAME : Columns.DENSE, null, List.of());
  }

  /** Rows of columns; null where no row has that many. */
  public static Port full(View view, int columns) {
    List<int[]> outer = joinedAxes(view);
    List<int[]> inner = splitOff(outer, columns);
    if (inner == null) {
      return null;
    }
    if (inner.size() > 1) {
      return new Port(view, Columns.TABLE, offsets(inner, 0, columns), outer);
    }
    int stride = inner.isEmpty() ? 1 : inner.get(0)[1];
    return switch (stride) {
      case 0 -> new Port(view, Columns.SAME, null, outer);
      case 1 -> new Port(view, Columns.DENSE, null, outer);
      default -> new Port(view, Columns.TABLE, offsets(inner, 0, columns), outer);
    };
  }

  /** Length and stride of the axes, those that go on evenly taken as one. */
  private static List<int[]> joinedAxes(View view) {
    List<int[]> axes = new ArrayList<>();
    for (int i = 0; i < view.dims().length; i++) {
      int length = view.dims()[i];
      int stride = view.strides()[i];
      int[] last = axes.isEmpty() ? null : axes.get(axes.size() - 1);
      if (length == 1) {
        continue;
      }
      if (last != null && last[1] == stride * length) {
        last[0] *= length;
        last[1] = stride;
      } else {
        axes.add(new int[] {length, stride});
      }
    }
    return axes;
  }

  /** Takes the innermost axes that make up {@code count} elements off; null if none do. */
  private static List<int[]> splitOff(List<int[]> axes, int count) {
    List<int[]> inner = new ArrayList<>();
    int rest = count;
    while (rest > 1) {
      if (axes.isEmpty()) {
        return null;
      }
      int[] axis = axes.remove(axes.size() - 1);
      if (rest % axis[0] == 0) {
        inner.add(0, axis);
        rest /= axis[0];
      } else if (axis[0] % rest == 0) {
        inner.add(0, new int[] {rest, axis[1]});
        axes.add(new int[] {axis[0] / rest, axis[1] * rest});
        rest = 1;
      } else {
        return null;
      }
    }
    return inner;
  }

  private static int[] offsets(List<int[]> axes, int start, int count) {
    int[] out = new int[count];
    Arrays.fill(out, start);
    int repeat = 1;
    for (int k = axes.size() - 1; k >= 0; k--) {
      int[] axis = axes.get(k);
      for (int i = 0; i < count; i++) {
        out[i] += i / repeat % axis[0] * axis[1];
      }
      repeat *= axis[0];
    }
    return out;
  }

  /** Whether it has the same elements of its storage in the same places as another of its own. */
  boolean liesLike(Port other) {
    return columns == other.columns
        && rowsPerSample == other.rowsPerSample
        && batchStride == other.batchStride
        && rowStride == other.rowStride
        && view.offset() == other.view.offset()
        && Arrays.equals(rows, other.rows)
        && Arrays.equals(table, other.table);
  }

  /** Whether every row of every sample is the same. */
  public boolean isSameForAllRows() {
    return rowStride == 0;
  }

  /** Whether row r starts at element r: the port reads each of a row's numbers once, in order. */
  public boolean isSpread() {
    boolean first = columns == Columns.SAME && view.offset() == 0;
    return first && (rowsPerSample == 1 || rowStride == 1 || (rows != null && countsUp()));
  }

  private boolean countsUp() {
    for (int r = 0; r < rows.length; r++) {
      if (rows[r] != r) {
        return false;
      }
    }
    return true;
  }

  /** Where a row starts. */
  public int start(int row) {
    if (rowStride >= 0) {
      return view.offset() + row * rowStride;
    }
    int sample = row / rowsPerSample;
    return sample * batchStride + rows[row - sample * rowsPerSample];
  }
}

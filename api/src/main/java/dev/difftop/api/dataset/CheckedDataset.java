package dev.difftop.api.dataset;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Dataset whose rows are checked when they are read: everything that learns from a dataset or makes
 * statistics of it reads through one of these.
 *
 * <ul>
 *   <li>Numbers must be finite: a {@link DataException} of kind {@code NOT_FINITE} states file,
 *       episode, row and field.
 *   <li>Arrays must have the shape and the element type that {@link #fields()} declares: the {@link
 *       IllegalStateException} states what the dataset's plugin did.
 *   <li>Whatever else the plugin throws is reported with the plugin, the exception and its line.
 * </ul>
 */
public final class CheckedDataset implements Dataset {
  private final Dataset dataset;
  private final String part;
  private final boolean finite;

  private CheckedDataset(Dataset dataset, String part, boolean finite) {
    this.dataset = dataset;
    this.part = part;
    this.finite = finite;
  }

  /** The dataset with checks; the same if it has them. */
  public static CheckedDataset of(Dataset dataset) {
    return of(dataset, "dataset " + dataset.getClass().getName());
  }

  /**
   * The dataset with checks; the same if it has them.
   *
   * @param part what the dataset is in messages, such as {@code dataset csv (module acme.csv)}
   */
  public static CheckedDataset of(Dataset dataset, String part) {
    return dataset instanceof CheckedDataset checked && checked.finite
        ? checked
        : new CheckedDataset(dataset, part, true);
  }

  /** The same for looking at data rather than learning from them: any number may be read. */
  public CheckedDataset allowingAnyNumber() {
    return new CheckedDataset(dataset, part, false);
  }

  @Override
  public List<Episode> episodes() {
    return present(() -> "episodes()", called(() -> "episodes()", dataset::episodes));
  }

  @Override
  public Map<String, Field> fields() {
    return present(() -> "fields()", called(() -> "fields()", dataset::fields));
  }

  @Override
  public Map<String, String> attributes() {
    return present(() -> "attributes()", called(() -> "attributes()", dataset::attributes));
  }

  @Override
  public String location() {
    return present(() -> "location()", called(() -> "location()", dataset::location));
  }

  @Override
  public List<String> warnings() {
    return present(() -> "warnings()", called(() -> "warnings()", dataset::warnings));
  }

  @Override
  public Size size() {
    return present(() -> "size()", called(() -> "size()", dataset::size));
  }

  @Override
  public Array read(int episode, String field, int from, int count) {
    Supplier<String> call = () -> "read(%d, %s, %d, %d)".formatted(episode, field, from, count);
    Array rows = present(call, called(call, () -> dataset.read(episode, field, from, count)));
    Field declared = fields().get(field);
    if (declared == null) {
      throw wrong(
          call.get() + " returned rows of a field that fields() lacks: " + fields().keySet());
    }
    Shape expected = rows(count, declared.shape());
    if (!rows.shape().equals(expected) || rows.dtype() != declared.dtype()) {
      throw wrong(
          "%s returned %s %s; fields() declares %s %s"
              .formatted(call.get(), rows.dtype(), rows.shape(), declared.dtype(), expected));
    }
    checkFinite(episode, field, from, rows, 0, rows.size());
    return rows;
  }

  @Override
  public void read(int episode, String field, int from, int count, Array into, int offset) {
    Supplier<String> call = () -> "read(%d, %s, %d, %d, …)".formatted(episode, field, from, count);
    called(
        call,
        () -> {
          dataset.read(episode, field, from, count, into, offset);
          return true;
        });
    Field declared = fields().get(field);
    if (declared == null) {
      throw wrong(call.get() + " read a field that fields() lacks: " + fields().keySet());
    }
    checkFinite(episode, field, from, into, offset, count * declared.shape().size());
  }

  @Override
  public void close() {
    dataset.close();
  }

  private static Shape rows(int count, Shape row) {
    int[] dims = new int[row.rank() + 1];
    dims[0] = count;
    System.arraycopy(row.dims(), 0, dims, 1, row.rank());
    return Shape.of(dims);
  }

  private void checkFinite(int episode, String field, int from, Array rows, int offset, int n) {
    int bad = !finite || rows.dtype() == DType.UINT8 ? -1 : firstNotFinite(rows, offset, n);
    if (bad >= 0) {
      Episode in = episodes().get(episode);
      int width = Math.max(1, fields().get(field).shape().size());
      throw notFinite(
          location(), in.name(), field, from + bad / width, bad % width, rows.get(offset + bad));
    }
  }

  private static DataException notFinite(
      String file, String episode, String field, int row, int column, double found) {
    return new DataException(
        "NOT_FINITE",
        "%s: %s/%s".formatted(file, episode, field),
        "row %d, column %d is %s, expected a finite number; correct it or leave the episode out"
            .formatted(row, column, found),
        null);
  }

  /**
   * The first element that is NaN or infinite, counted from the offset; -1 if there is none.
   *
   * @param rows of float32 or float64
   */
  static int firstNotFinite(Array rows, int offset, int n) {
    if (rows.dtype() == DType.FLOAT32 && rows.buffer().hasArray()) {
      FloatBuffer buffer = (FloatBuffer) rows.buffer();
      return firstNotFinite(buffer.array(), buffer.arrayOffset() + offset, n);
    }
    for (int i = 0; i < n; i++) {
      if (!Double.isFinite(rows.get(offset + i))) {
        return i;
      }
    }
    return -1;
  }

  /** Counted first, without branches: that is as fast as memory. */
  private static int firstNotFinite(float[] values, int from, int n) {
    int bad = 0;
    for (int i = from; i < from + n; i++) {
      bad |= Math.abs(values[i]) <= Float.MAX_VALUE ? 0 : 1;
    }
    for (int i = 0; bad != 0 && i < n; i++) {
      if (!Float.isFinite(values[from + i])) {
        return i;
      }
    }
    return -1;
  }

  private <T> T present(Supplier<String> call, T value) {
    if (value == null) {
      throw wrong(call.get() + " returned null");
    }
    return value;
  }

  private <T> T called(Supplier<String> call, Supplier<T> work) {
    try {
      return work.get();
    } catch (DataException | IllegalArgumentException e) {
      // Both are the interface's own: a problem of the file, a mistake of the caller.
      throw e;
    } catch (RuntimeException | LinkageError e) {
      StackTraceElement[] trace = e.getStackTrace();
      throw new IllegalStateException(
          "%s: %s threw %s%s"
              .formatted(part, call.get(), e, trace.length > 0 ? " at " + trace[0] : ""),
          e);
    }
  }

  private IllegalStateException wrong(String what) {
    return new IllegalStateException(part + ": " + what);
  }
}

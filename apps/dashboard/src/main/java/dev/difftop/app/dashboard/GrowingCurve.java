package dev.difftop.app.dashboard;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A column of a table that grows, over its first column. Only what was appended is read; a table
 * that was cut back (a run that resumed) is read anew.
 */
final class GrowingCurve {
  private static final int FIRST = 1024;

  private final Path csv;
  private final String column;
  private double[] x = new double[FIRST];
  private double[] y = new double[FIRST];
  private int count;
  private int index;

  /** Bytes that were read: all lines up to here are whole. */
  private long end;

  /** The last line that was read; if it has changed, the table is another one. */
  private byte[] last = new byte[0];

  GrowingCurve(Path csv, String column) {
    this.csv = csv;
    this.column = column;
  }

  /**
   * Its points, decimated.
   *
   * @param x positions
   * @param y values; finite
   */
  record Points(double[] x, double[] y) {}

  /**
   * The curve as it is now; empty without the table or the column.
   *
   * @param most points, at least 4
   */
  synchronized Points points(int most) {
    try (RandomAccessFile file = new RandomAccessFile(csv.toFile(), "r")) {
      update(file);
    } catch (IOException e) {
      clear(); // Not there, or replaced at this moment: the next look sees it.
    }
    int[] kept = Decimation.indices(Arrays.copyOf(y, count), most);
    double[] xs = new double[kept.length];
    double[] ys = new double[kept.length];
    for (int i = 0; i < kept.length; i++) {
      xs[i] = x[kept[i]];
      ys[i] = y[kept[i]];
    }
    return new Points(xs, ys);
  }

  private void clear() {
    count = 0;
    end = 0;
    last = new byte[0];
  }

  private void update(RandomAccessFile file) throws IOException {
    if (file.length() < end || !Arrays.equals(read(file, end - last.length, last.length), last)) {
      clear();
    }
    byte[] added = read(file, end, (int) Math.min(Integer.MAX_VALUE - 8, file.length() - end));
    int whole = added.length;
    while (whole > 0 && added[whole - 1] != '\n') {
      whole--;
    }
    if (whole == 0) {
      return;
    }
    String[] lines = new String(added, 0, whole, StandardCharsets.UTF_8).split("\n");
    int from = 0;
    if (end == 0) {
      index = Arrays.asList(lines[0].split(",")).indexOf(column);
      from = 1;
    }
    for (int i = from; i < lines.length; i++) {
      add(lines[i].split(",", -1));
    }
    end += whole;
    byte[] line = (lines[lines.length - 1] + "\n").getBytes(StandardCharsets.UTF_8);
    last = line;
  }

  private static byte[] read(RandomAccessFile file, long from, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.seek(from);
    file.readFully(bytes);
    return bytes;
  }

  private void add(String[] cells) {
    if (index < 0 || index >= cells.length) {
      return;
    }
    double position = Cells.number(cells[0]);
    double value = Cells.number(cells[index]);
    if (!Double.isFinite(position) || !Double.isFinite(value)) {
      return; // Not measured in this row.
    }
    if (count == x.length) {
      x = Arrays.copyOf(x, 2 * count);
      y = Arrays.copyOf(y, 2 * count);
    }
    x[count] = position;
    y[count++] = value;
  }
}

package dev.difftop.learning.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads {@code metrics.csv}. */
public final class MetricsCsv {
  private final List<String> columns;
  private final List<double[]> rows;

  private MetricsCsv(List<String> columns, List<double[]> rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /** All whole rows; none if the file is not there. */
  public static MetricsCsv read(Path file) {
    try {
      List<String> lines = CsvTable.wholeLines(file);
      List<double[]> rows = new ArrayList<>();
      if (lines.isEmpty()) {
        return new MetricsCsv(List.of(""), rows);
      }
      for (String line : lines.subList(1, lines.size())) {
        rows.add(
            Arrays.stream(line.split(",", -1))
                .mapToDouble(cell -> cell.isEmpty() ? Double.NaN : Double.parseDouble(cell))
                .toArray());
      }
      return new MetricsCsv(List.of(lines.get(0).split(",")), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the columns. */
  public List<String> columns() {
    return columns;
  }

  /** Whether a column is there and has a value in some row. */
  public boolean hasValues(String column) {
    return columns.contains(column) && values(column).length > 0;
  }

  /** The values of a column that were measured. */
  public double[] values(String column) {
    int c = columns.indexOf(column);
    return rows.stream().mapToDouble(row -> row[c]).filter(v -> !Double.isNaN(v)).toArray();
  }

  /** The positions of {@link #values}. */
  public double[] positions(String column) {
    int c = columns.indexOf(column);
    return rows.stream().filter(row -> !Double.isNaN(row[c])).mapToDouble(row -> row[0]).toArray();
  }
}

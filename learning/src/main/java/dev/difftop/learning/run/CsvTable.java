package dev.difftop.learning.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table of a run folder that grows by rows; the first column is the position. */
public final class CsvTable {
  private final RunFolder folder;
  private final String name;
  private final List<String> columns;

  CsvTable(RunFolder folder, String name, List<String> columns) {
    this.folder = folder;
    this.name = name;
    this.columns = List.copyOf(columns);
  }

  /**
   * Begins the table, or cuts off the rows after the position that a run resumes at. Rows of a
   * version with other columns keep what both have.
   */
  void begin(long position) {
    List<String> kept = new ArrayList<>(List.of(String.join(",", columns)));
    List<String> lines = lines();
    List<String> before = lines.isEmpty() ? columns : List.of(lines.get(0).split(",", -1));
    for (String line : lines) {
      String first = line.substring(0, Math.max(0, line.indexOf(',')));
      if (!first.isEmpty()
          && Character.isDigit(first.charAt(0))
          && Long.parseLong(first) <= position) {
        kept.add(before.equals(columns) ? line : aligned(line, before));
      }
    }
    folder.write(name, String.join("\n", kept) + "\n");
  }

  /** The cells of a row with the columns of before, under the columns of now. */
  private String aligned(String line, List<String> before) {
    String[] cells = line.split(",", -1);
    return columns.stream()
        .map(column -> before.indexOf(column))
        .map(at -> at >= 0 && at < cells.length ? cells[at] : "")
        .collect(Collectors.joining(","));
  }

  private List<String> lines() {
    Path file = folder.file(name);
    try {
      return wholeLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The lines of a table; none if it is not there. The rest of a line whose writer was killed, or
   * ran out of space, is left out.
   */
  static List<String> wholeLines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  void append(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalStateException(
          "%s: found %d cells, expected %d".formatted(name, cells.size(), columns.size()));
    }
    Path file = folder.file(name);
    try {
      Files.writeString(file, String.join(",", cells) + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /** A cell: six significant digits, empty for what was not measured. */
  static String cell(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    double rounded =
        Double.isInfinite(value)
            ? value
            : new java.math.BigDecimal(value).round(new java.math.MathContext(6)).doubleValue();
    return Double.toString(rounded);
  }
}

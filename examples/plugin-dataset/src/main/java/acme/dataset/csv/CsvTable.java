package acme.dataset.csv;

import dev.difftop.api.DataException;
import dev.difftop.api.dataset.Dataset;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of comma-separated values, read and checked. */
final class CsvTable {
  private static final Pattern COLUMN = Pattern.compile("(.+?)(?:\\[(\\d{1,6})])?");

  private final Path file;
  private final Map<String, int[]> columns = new LinkedHashMap<>();
  private final List<Dataset.Episode> episodes = new ArrayList<>();
  private final List<Integer> starts = new ArrayList<>();
  private final List<float[]> rows = new ArrayList<>();

  private CsvTable(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @param episode the column with the names of episodes
   */
  static CsvTable read(Path file, String episode) {
    CsvTable table = new CsvTable(file);
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw table.problem("BAD_METADATA", "is no text in UTF-8", e);
    } catch (IOException e) {
      String what = Files.exists(file) ? "cannot be read: " + e : "there is no such file";
      throw table.problem("UNREADABLE", what, e);
    }
    String[] names = lines.isEmpty() ? new String[0] : lines.get(0).split(",", -1);
    int of = Arrays.asList(names).indexOf(episode);
    if (of < 0) {
      throw table.problem(
          "MISSING_KEY",
          "line 1: there is no column \"%s\"; found %s".formatted(episode, Arrays.asList(names)),
          null);
    }
    table.addColumns(names, of);
    for (int i = 1; i < lines.size(); i++) {
      table.addRow(lines.get(i), i + 1, names.length, of);
    }
    if (table.rows.isEmpty()) {
      throw table.problem("MISSING_KEY", "has no rows", null);
    }
    return table;
  }

  private void addColumns(String[] names, int episode) {
    for (int i = 0; i < names.length; i++) {
      Matcher name = COLUMN.matcher(names[i].strip());
      if (i == episode) {
        continue;
      } else if (!name.matches()) {
        throw problem("BAD_METADATA", "line 1: column %d has no name".formatted(i + 1), null);
      }
      int[] before = columns.getOrDefault(name.group(1), new int[0]);
      int index = name.group(2) == null ? 0 : Integer.parseInt(name.group(2));
      if (index != before.length) {
        throw problem(
            "BAD_METADATA",
            "line 1: found %s, expected %s[%d]".formatted(names[i], name.group(1), before.length),
            null);
      }
      int[] more = Arrays.copyOf(before, index + 1);
      more[index] = i;
      columns.put(name.group(1), more);
    }
  }

  private void addRow(String line, int number, int width, int episode) {
    String[] cells = line.split(",", -1);
    if (cells.length != width) {
      throw problem(
          "LENGTH_MISMATCH",
          "line %d: found %d values, expected %d".formatted(number, cells.length, width),
          null);
    }
    float[] row = new float[width];
    for (int i = 0; i < width; i++) {
      if (i != episode) {
        row[i] = number(cells[i], number, i);
      }
    }
    count(cells[episode].strip(), number);
    rows.add(row);
  }

  private float number(String cell, int line, int column) {
    try {
      return Float.parseFloat(cell);
    } catch (NumberFormatException e) {
      throw problem(
          "TYPE_MISMATCH",
          "line %d, column %d: found \"%s\", expected a number".formatted(line, column + 1, cell),
          e);
    }
  }

  private void count(String name, int line) {
    int last = episodes.size() - 1;
    if (last >= 0 && episodes.get(last).name().equals(name)) {
      episodes.set(last, new Dataset.Episode(name, episodes.get(last).length() + 1));
      return;
    } else if (name.isEmpty() || episodes.stream().anyMatch(e -> e.name().equals(name))) {
      throw problem(
          "NAME_MALFORMED",
          "line %d: episode \"%s\" was left before, or has no name".formatted(line, name),
          null);
    }
    episodes.add(new Dataset.Episode(name, 1));
    starts.add(rows.size());
  }

  private DataException problem(String kind, String message, Throwable cause) {
    return new DataException(kind, file.toString(), message, cause);
  }

  Path file() {
    return file;
  }

  /** Columns of each field, in order. */
  Map<String, int[]> columns() {
    return columns;
  }

  List<Dataset.Episode> episodes() {
    return List.copyOf(episodes);
  }

  float value(int episode, int step, int column) {
    return rows.get(starts.get(episode) + step)[column];
  }
}

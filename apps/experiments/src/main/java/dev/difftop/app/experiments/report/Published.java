package dev.difftop.app.experiments.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Returns that others have published, marks beside the learning curves of a report.
 *
 * @param name whose they are
 * @param positions as in the evaluations of the runs, such as environment steps
 * @param values return at each of them
 */
public record Published(String name, List<Double> positions, List<Double> values) {
  private static final String HEADER = "name,position,value";

  /** Copies its lists. */
  public Published {
    positions = List.copyOf(positions);
    values = List.copyOf(values);
  }

  /**
   * Reads a CSV file with the columns {@code name,position,value}, a row a mark.
   *
   * @throws IllegalArgumentException if it is missing or a line is malformed; names file and line
   */
  public static List<Published> read(Path file) {
    List<String> lines = lines(file);
    if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
      throw fault(file, 1, lines.isEmpty() ? "" : lines.get(0), HEADER);
    }
    Map<String, List<double[]>> marks = new LinkedHashMap<>();
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty()) {
        String[] cells = line.split(",", -1);
        if (cells.length != 3) {
          throw fault(file, i + 1, line, HEADER);
        }
        double[] mark = {number(cells[1], file, i + 1), number(cells[2], file, i + 1)};
        marks.computeIfAbsent(cells[0].strip(), name -> new ArrayList<>()).add(mark);
      }
    }
    List<Published> out = new ArrayList<>();
    marks.forEach(
        (name, all) ->
            out.add(
                new Published(
                    name,
                    all.stream().map(mark -> mark[0]).toList(),
                    all.stream().map(mark -> mark[1]).toList())));
    return out;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("--published: there is no file " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException("--published: " + file + " cannot be read", e);
    }
  }

  private static double number(String cell, Path file, int line) {
    try {
      double value = Double.parseDouble(cell.strip());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, like numbers that are not finite.
    }
    throw fault(file, line, cell, "a finite number");
  }

  private static IllegalArgumentException fault(
      Path file, int line, String found, String expected) {
    return new IllegalArgumentException(
        "--published: %s:%d: found \"%s\", expected %s".formatted(file, line, found, expected));
  }
}

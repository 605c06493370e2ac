package dev.difftop.learning.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads {@code evaluations.csv}. */
public final class EvaluationsCsv {
  private EvaluationsCsv() {}

  /**
   * A row.
   *
   * @param position units of the budget
   * @param environmentSteps control steps of the environment, action repeat included
   * @param gradientSteps steps of the optimiser
   * @param mean return
   * @param successAny share of episodes that met the goal at some step; NaN without a goal
   * @param successLast share that met it at the last step; NaN without a goal
   * @param returns of every episode
   */
  public record Row(
      long position,
      long environmentSteps,
      long gradientSteps,
      double mean,
      double successAny,
      double successLast,
      double[] returns) {}

  /** All whole rows; none if the file is not there. */
  public static List<Row> read(Path file) {
    List<Row> rows = new ArrayList<>();
    try {
      List<String> lines = CsvTable.wholeLines(file);
      if (lines.isEmpty()) {
        return rows;
      }
      List<String> header = Arrays.asList(lines.get(0).split(","));
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",", -1);
        rows.add(
            new Row(
                Long.parseLong(cells[0]),
                Long.parseLong(cells[header.indexOf("environment_steps")]),
                Long.parseLong(cells[header.indexOf("gradient_steps")]),
                number(cells[header.indexOf("return_mean")]),
                number(cells[header.indexOf("success_any")]),
                number(cells[header.indexOf("success_last")]),
                Arrays.stream(cells[header.indexOf("returns")].split(" "))
                    .filter(text -> !text.isEmpty())
                    .mapToDouble(Double::parseDouble)
                    .toArray()));
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }
}

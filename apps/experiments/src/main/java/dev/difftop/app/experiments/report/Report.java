package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.io.WholeFile;
import dev.difftop.app.experiments.statistics.Bootstrap;
import dev.difftop.app.experiments.sweep.Ledger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A report of runs and sweeps: {@code report.html}, {@code report.md}, {@code table.csv}, {@code
 * table.tex}.
 */
public final class Report {
  private final Summary summary;
  private final String command;

  private Report(Summary summary, String command) {
    this.summary = summary;
    this.command = command;
  }

  /**
   * What is reported.
   *
   * @param metric {@code return}, {@code success-any} or {@code success-last}
   * @param baseline label of a cell; empty for the first one
   * @param bootstrap of the intervals
   * @param command that makes the report, for the report
   * @throws IllegalArgumentException if there is no such metric or baseline
   */
  public static Report of(
      Experiment experiment,
      String metric,
      Optional<String> baseline,
      Bootstrap bootstrap,
      String command) {
    return new Report(Summary.of(experiment, metric, baseline, bootstrap), command);
  }

  /** Writes all files, each whole. */
  public List<Path> write(Path folder) {
    Tables tables = new Tables(summary);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("report.html", html());
    files.put("report.md", markdown());
    files.put("table.csv", tables.csv());
    files.put("table.tex", tables.latex());
    List<Path> written = new ArrayList<>();
    files.forEach(
        (name, text) -> {
          WholeFile.write(folder.resolve(name), text);
          written.add(folder.resolve(name));
        });
    return written;
  }

  /** The page. */
  public String html() {
    return new HtmlPage(summary, provenance()).html();
  }

  /** As Markdown. */
  public String markdown() {
    Tables tables = new Tables(summary);
    StringBuilder out = new StringBuilder();
    out.append("# ").append(new HtmlPage(summary, List.of()).title()).append("\n\n");
    out.append(tables.markdown()).append('\n').append(tables.note()).append('\n');
    List<RunData> missing =
        summary.experiment().runs().stream()
            .filter(run -> run.score(summary.metric()).isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      out.append("\nRuns without a result:\n\n");
      missing.forEach(
          run ->
              out.append(
                  "- %s: %s. %s\n".formatted(run.name(), run.status().word(), run.reason())));
    }
    out.append("\n```\n").append(String.join("\n", provenance())).append("\n```\n");
    return out.toString();
  }

  /** The commands that made the runs and the report. */
  private List<String> provenance() {
    List<String> lines = new ArrayList<>();
    for (Path folder : summary.experiment().folders()) {
      if (Ledger.isIn(folder)) {
        new Ledger(folder)
            .events().stream()
                .filter(event -> "sweep".equals(event.get("event")))
                .map(event -> "difftop sweep %s --out %s".formatted(event.get("file"), folder))
                .distinct()
                .forEach(lines::add);
      } else {
        lines.add("run folder " + folder);
      }
    }
    lines.add(command);
    return lines;
  }

  /** The table as a JSON document. */
  public Map<String, Object> document() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Cell cell : summary.cells()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("case", cell.label());
      row.put("runs", cell.scores().size());
      row.put("failed", cell.missing());
      put(row, "mean", cell.mean());
      cell.iqm()
          .ifPresent(
              iqm -> {
                row.put("iqm", iqm.value());
                row.put("low", iqm.interval().low());
                row.put("high", iqm.interval().high());
              });
      cell.difference()
          .ifPresent(
              d -> {
                row.put("paired_difference", d.value());
                row.put("difference_low", d.interval().low());
                row.put("difference_high", d.interval().high());
                row.put("pairs", d.pairs());
              });
      row.put("significance", summary.verdict(cell));
      put(row, "processor_seconds", cell.processorSeconds());
      rows.add(row);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("metric", summary.metric());
    out.put("baseline", summary.baseline());
    out.put("cells", rows);
    return out;
  }

  private static void put(Map<String, Object> row, String key, double value) {
    if (Double.isFinite(value)) {
      row.put(key, value);
    }
  }

  /** Lines of the table for a terminal: Markdown. */
  public List<String> lines() {
    return new Tables(summary).markdown().lines().toList();
  }
}

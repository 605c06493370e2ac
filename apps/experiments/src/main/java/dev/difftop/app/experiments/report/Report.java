package dev.difftop.app.experiments.report;

import dev.difftop.learning.storage.WholeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report of runs and sweeps: {@code report.html}, {@code report.md}, {@code table.csv}, {@code
 * table.tex}.
 */
public final class Report {
  private final Summary summary;

  private Report(Summary summary) {
    this.summary = summary;
  }

  /**
   * What is reported.
   *
   * @throws IllegalArgumentException if there is no such baseline
   */
  public static Report of(Experiment experiment, ReportSettings settings) {
    return new Report(Summary.of(experiment.counted(), settings));
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

  /**
   * Writes every chart as an SVG file, named after its title, for pages other than the report's.
   *
   * @return the files, each whole
   */
  public List<Path> writeCharts(Path folder) {
    List<Path> written = new ArrayList<>();
    for (Chart chart : new Charts(summary).all()) {
      String name = chart.title().toLowerCase(Locale.ROOT).replace(' ', '-') + ".svg";
      WholeFile.write(folder.resolve(name), chart.file(HtmlPage.style()));
      written.add(folder.resolve(name));
    }
    return written;
  }

  /** The page. */
  public String html() {
    return new HtmlPage(summary, Provenance.commands(summary)).html();
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
    out.append("\nCode: ").append(String.join(", ", Provenance.code(summary.experiment())));
    out.append("\n\n```\n")
        .append(String.join("\n", Provenance.commands(summary)))
        .append("\n```\n");
    return out.toString();
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
      put(row, "median", cell.median());
      cell.gap().ifPresent(gap -> row.put("optimality_gap", gap));
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
      cell.improvement()
          .ifPresent(
              p -> {
                row.put("probability_of_improvement", p.value());
                row.put("improvement_low", p.interval().low());
                row.put("improvement_high", p.interval().high());
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

package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.Estimate;
import dev.difftop.app.experiments.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The table of a summary as CSV, Markdown and LaTeX. */
final class Tables {
  private final Summary summary;

  Tables(Summary summary) {
    this.summary = summary;
  }

  /** For machines: full precision, one row a cell. */
  String csv() {
    List<String> head = new ArrayList<>(List.of("case"));
    head.addAll(summary.experiment().varied());
    head.addAll(
        List.of(
            "metric",
            "runs",
            "failed",
            "mean",
            "iqm",
            "low",
            "high",
            "paired_difference",
            "difference_low",
            "difference_high",
            "pairs",
            "p_holm",
            "underpowered",
            "area",
            "processor_seconds"));
    StringBuilder out = new StringBuilder(line(head));
    for (Cell cell : summary.cells()) {
      out.append(line(csvRow(cell)));
    }
    return out.toString();
  }

  private List<String> csvRow(Cell cell) {
    List<String> row = new ArrayList<>(List.of(cell.label()));
    summary.experiment().varied().forEach(key -> row.add(cell.changes().getOrDefault(key, "")));
    row.add(summary.metric());
    row.add(Integer.toString(cell.scores().size()));
    row.add(Integer.toString(cell.missing()));
    row.add(Text.exact(cell.mean()));
    row.add(cell.iqm().map(e -> Text.exact(e.value())).orElse(""));
    row.add(cell.iqm().map(e -> Text.exact(e.interval().low())).orElse(""));
    row.add(cell.iqm().map(e -> Text.exact(e.interval().high())).orElse(""));
    row.add(cell.difference().map(d -> Text.exact(d.value())).orElse(""));
    row.add(cell.difference().map(d -> Text.exact(d.interval().low())).orElse(""));
    row.add(cell.difference().map(d -> Text.exact(d.interval().high())).orElse(""));
    row.add(cell.difference().map(d -> Integer.toString(d.pairs())).orElse(""));
    Double p = summary.adjusted().get(cell.label());
    row.add(p == null ? "" : Text.exact(p));
    row.add(Boolean.toString(cell.scores().size() < Estimate.FEWEST_RUNS));
    row.add(cell.area().isPresent() ? Text.exact(cell.area().getAsDouble()) : "");
    row.add(Text.exact(cell.processorSeconds()));
    return row;
  }

  private static String line(List<String> cells) {
    return cells.stream().map(Text::csv).collect(Collectors.joining(",")) + "\n";
  }

  /** Headings of the tables for people. */
  List<String> headings() {
    return List.of(
        "case",
        "runs",
        "mean",
        "IQM [interval]",
        "difference [interval]",
        "significance",
        "area",
        "processor s");
  }

  /** Rows of the tables for people. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : summary.cells()) {
      String runs = Integer.toString(cell.scores().size());
      rows.add(
          List.of(
              cell.label(),
              cell.missing() == 0 ? runs : runs + " of " + cell.runs().size(),
              Text.figure(cell.mean()),
              cell.iqm()
                  .map(e -> Text.figure(e.value()) + " " + interval(e.interval()))
                  .orElse("–"),
              cell.difference()
                  .map(d -> Text.figure(d.value()) + " " + interval(d.interval()))
                  .orElse(""),
              summary.verdict(cell),
              cell.area().isPresent() ? Text.figure(cell.area().getAsDouble()) : "",
              Text.figure(cell.processorSeconds())));
    }
    return rows;
  }

  private static String interval(Interval interval) {
    return "[%s, %s]".formatted(Text.figure(interval.low()), Text.figure(interval.high()));
  }

  String markdown() {
    StringBuilder out = new StringBuilder();
    out.append("| ").append(String.join(" | ", headings())).append(" |\n");
    out.append("| --- ".repeat(headings().size())).append("|\n");
    for (List<String> row : rows()) {
      out.append("| ")
          .append(row.stream().map(Text::markdown).collect(Collectors.joining(" | ")))
          .append(" |\n");
    }
    return out.toString();
  }

  String latex() {
    StringBuilder out = new StringBuilder();
    out.append("% ").append(note().replace('\n', ' ')).append('\n');
    out.append("\\begin{tabular}{lrrllrrr}\n\\hline\n");
    out.append(latexRow(headings())).append("\\hline\n");
    rows().forEach(row -> out.append(latexRow(row)));
    return out.append("\\hline\n\\end{tabular}\n").toString();
  }

  private static String latexRow(List<String> cells) {
    return cells.stream()
            .map(Text::latex)
            .map(text -> text.replace("–", "--"))
            .collect(Collectors.joining(" & "))
        + " \\\\\n";
  }

  /** How the figures came about. */
  String note() {
    return ("Metric: %s. Intervals: %s %% percentile bootstrap over runs, %d draws, seed %d."
            + " Differences: %s, from %s. Significance: Wilcoxon signed rank, two-sided, Holm over"
            + " %d comparisons; no claim below %d runs.")
        .formatted(
            Metrics.describe(summary.metric()),
            Text.figure(100 * summary.bootstrap().confidence()),
            summary.bootstrap().draws(),
            summary.bootstrap().seed(),
            summary.experiment().paired()
                ? "means over seeds in pairs"
                : "means of independent runs",
            summary.baseline(),
            summary.adjusted().size(),
            Estimate.FEWEST_RUNS);
  }
}

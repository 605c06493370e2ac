package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.statistics.Estimate;
import dev.difftop.app.experiments.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The table of a summary as CSV, Markdown and LaTeX. */
final class Tables {
  private static final double SIGNIFICANT = 0.05;

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
            "median",
            "optimality_gap",
            "iqm",
            "low",
            "high",
            "paired_difference",
            "difference_low",
            "difference_high",
            "pairs",
            "probability_of_improvement",
            "improvement_low",
            "improvement_high",
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
    row.add(Text.exact(cell.median()));
    row.add(cell.gap().isPresent() ? Text.exact(cell.gap().getAsDouble()) : "");
    row.add(cell.iqm().map(e -> Text.exact(e.value())).orElse(""));
    row.add(cell.iqm().map(e -> Text.exact(e.interval().low())).orElse(""));
    row.add(cell.iqm().map(e -> Text.exact(e.interval().high())).orElse(""));
    row.add(cell.difference().map(d -> Text.exact(d.value())).orElse(""));
    row.add(cell.difference().map(d -> Text.exact(d.interval().low())).orElse(""));
    row.add(cell.difference().map(d -> Text.exact(d.interval().high())).orElse(""));
    row.add(cell.difference().map(d -> Integer.toString(d.pairs())).orElse(""));
    row.add(cell.improvement().map(p -> Text.exact(p.value())).orElse(""));
    row.add(cell.improvement().map(p -> Text.exact(p.interval().low())).orElse(""));
    row.add(cell.improvement().map(p -> Text.exact(p.interval().high())).orElse(""));
    Double p = summary.adjusted().get(cell.label());
    row.add(p == null ? "" : Text.exact(p));
    row.add(Boolean.toString(underpowered(cell)));
    row.add(cell.area().isPresent() ? Text.exact(cell.area().getAsDouble()) : "");
    row.add(Text.exact(cell.processorSeconds()));
    return row;
  }

  private static boolean underpowered(Cell cell) {
    return cell.scores().size() < Estimate.FEWEST_RUNS
        || cell.difference().map(Cell.Difference::underpowered).orElse(false);
  }

  private static String line(List<String> cells) {
    return cells.stream().map(Text::csv).collect(Collectors.joining(",")) + "\n";
  }

  /** Headings of the tables for people. */
  List<String> headings() {
    List<String> headings = new ArrayList<>(List.of("case", "runs", "mean", "median"));
    if (summary.settings().target().isPresent()) {
      headings.add("gap");
    }
    headings.addAll(
        List.of(
            "IQM [interval]",
            "difference [interval]",
            "P(improvement) [interval]",
            "significance",
            "area",
            "processor s"));
    return headings;
  }

  /** Rows of the tables for people. */
  List<List<String>> rows() {
    return summary.cells().stream().map(this::row).toList();
  }

  private List<String> row(Cell cell) {
    String runs = Integer.toString(cell.scores().size());
    List<String> row = new ArrayList<>();
    row.add(cell.label());
    row.add(cell.missing() == 0 ? runs : runs + " of " + cell.runs().size());
    row.add(Text.figure(cell.mean()));
    row.add(Text.figure(cell.median()));
    if (summary.settings().target().isPresent()) {
      row.add(Text.figure(cell.gap().orElse(Double.NaN)));
    }
    row.add(cell.iqm().map(Tables::estimate).orElse("–"));
    row.add(
        cell.difference()
            .map(d -> Text.figure(d.value()) + interval(d.interval(), d.runs()))
            .orElse(""));
    row.add(cell.improvement().map(Tables::estimate).orElse(""));
    row.add(summary.verdict(cell));
    row.add(cell.area().isPresent() ? Text.figure(cell.area().getAsDouble()) : "");
    row.add(Text.figure(cell.processorSeconds()));
    return row;
  }

  private static String estimate(Estimate estimate) {
    return Text.figure(estimate.value()) + interval(estimate.interval(), estimate.runs());
  }

  /** One run says nothing about others: an interval of no width would claim certainty. */
  private static String interval(Interval interval, int runs) {
    return runs < 2
        ? ""
        : " [%s, %s]".formatted(Text.figure(interval.low()), Text.figure(interval.high()));
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
    out.append("\\begin{tabular}{l%s}\n\\hline\n".formatted("r".repeat(headings().size() - 1)));
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
    return ("Metric: %s. Intervals: %s %% percentile bootstrap over runs, %d draws, seed %d; none"
            + " from one run. Differences: %s, from %s. %s P(improvement): that a run scores higher"
            + " than one of the baseline.%s")
        .formatted(
            Metrics.describe(summary.metric()),
            Text.figure(100 * summary.bootstrap().confidence()),
            summary.bootstrap().draws(),
            summary.bootstrap().seed(),
            summary.experiment().paired()
                ? "means over seeds in pairs"
                : "means of independent runs",
            summary.baseline(),
            significance(),
            summary.settings().target().isPresent()
                ? " Gap: mean shortfall from "
                    + Text.figure(summary.settings().target().getAsDouble())
                    + "."
                : "");
  }

  private String significance() {
    if (!summary.experiment().paired()) {
      return "Significance: not tested, since runs are not paired.";
    }
    int comparisons = summary.adjusted().size();
    String test =
        "Significance: Wilcoxon signed rank, two-sided, Holm over %d comparisons; no claim below %d pairs."
            .formatted(comparisons, Estimate.FEWEST_RUNS);
    double smallest = summary.smallestProbability();
    return comparisons == 0 || smallest <= SIGNIFICANT
        ? test
        : test
            + " With so few pairs no p-value can be below %s: add seeds."
                .formatted(Text.figure(smallest));
  }
}

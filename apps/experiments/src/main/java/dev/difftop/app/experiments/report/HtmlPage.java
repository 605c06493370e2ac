package dev.difftop.app.experiments.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The report as one page that needs nothing else. */
final class HtmlPage {
  /** Larger videos are linked, not embedded. */
  private static final long MOST_VIDEO = 4_000_000;

  private final Summary summary;
  private final List<String> command;
  private final StringBuilder out = new StringBuilder();

  HtmlPage(Summary summary, List<String> command) {
    this.summary = summary;
    this.command = command;
  }

  String html() {
    out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    // An empty icon, so that a browser asks nobody for one.
    out.append("<link rel=\"icon\" href=\"data:,\">\n");
    out.append("<title>").append(Text.html(title())).append("</title>\n<style>\n");
    out.append(style()).append("</style>\n</head>\n<body>\n<main>\n");
    out.append("<h1>").append(Text.html(title())).append("</h1>\n");
    overview();
    results();
    charts();
    failures();
    videos();
    runs();
    provenance();
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  String title() {
    List<String> names =
        summary.experiment().folders().stream()
            .map(folder -> folder.toAbsolutePath().normalize().getFileName().toString())
            .toList();
    return "Report: " + String.join(", ", names);
  }

  static String style() {
    try (InputStream in = HtmlPage.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void overview() {
    Experiment experiment = summary.experiment();
    long finished = summary.cells().stream().mapToLong(cell -> cell.scores().size()).sum();
    out.append(
        "<p>%d of %d runs finished, in %d cells. Varied: %s.</p>\n"
            .formatted(
                finished,
                experiment.runs().size(),
                summary.cells().size(),
                experiment.varied().isEmpty()
                    ? "the seed alone"
                    : Text.html(String.join(", ", experiment.varied()))));
  }

  private void results() {
    Tables tables = new Tables(summary);
    out.append("<h2>Results</h2>\n<div class=\"wide\"><table id=\"results\">\n<thead><tr>");
    tables.headings().forEach(h -> out.append("<th>").append(estimate(h)).append("</th>"));
    out.append("</tr></thead>\n<tbody>\n");
    List<List<String>> rows = tables.rows();
    for (int i = 0; i < rows.size(); i++) {
      out.append("<tr><th scope=\"row\">").append(Series.swatch(i)).append(' ');
      out.append(Text.html(rows.get(i).get(0))).append("</th>");
      rows.get(i)
          .subList(1, rows.get(i).size())
          .forEach(cell -> out.append("<td>").append(estimate(cell)).append("</td>"));
      out.append("</tr>\n");
    }
    out.append("</tbody></table></div>\n<p class=\"note\">");
    out.append(Text.html(tables.note())).append("</p>\n");
  }

  /** The interval of a figure stands below it: tables fit the page. */
  private static String estimate(String cell) {
    return Text.html(cell).replaceFirst(" (\\[.*])$", "<small>$1</small>");
  }

  private void charts() {
    out.append("<h2>Charts</h2>\n<ul class=\"legend\">\n");
    for (int i = 0; i < summary.cells().size(); i++) {
      out.append("<li>").append(Series.swatch(i)).append(' ');
      out.append(Text.html(summary.cells().get(i).label())).append("</li>\n");
    }
    List<Published> published = summary.settings().published();
    for (int i = 0; i < published.size(); i++) {
      out.append("<li>").append(Series.mark(summary.cells().size() + i)).append(' ');
      out.append(Text.html(published.get(i).name())).append(", as published</li>\n");
    }
    out.append("</ul>\n<div class=\"charts\">\n");
    figure("Interquartile mean, its interval, and every run", IntervalChart.svg(summary));
    new Charts(summary).all().forEach(chart -> figure(chart.title(), chart.svg()));
    out.append("</div>\n");
  }

  private void figure(String caption, String svg) {
    out.append("<figure><figcaption>").append(Text.html(caption)).append("</figcaption>\n");
    out.append(svg).append("</figure>\n");
  }

  private void failures() {
    List<RunData> failed =
        summary.experiment().runs().stream()
            .filter(run -> run.score(summary.metric()).isEmpty())
            .toList();
    if (failed.isEmpty()) {
      return;
    }
    out.append("<h2>Runs without a result</h2>\n<div class=\"wide\"><table>\n");
    out.append("<thead><tr><th>run</th><th>status</th><th>reason</th></tr></thead>\n<tbody>\n");
    for (RunData run : failed) {
      String reason =
          run.reason().isEmpty() ? "no " + summary.metric() + " was measured" : run.reason();
      row(run.name(), run.status().word(), reason);
    }
    out.append("</tbody></table></div>\n");
  }

  private void row(String first, String... cells) {
    out.append("<tr><th scope=\"row\">").append(Text.html(first)).append("</th>");
    for (String cell : cells) {
      out.append(cell.matches(".*[a-z]{3}.*") ? "<td class=\"text\">" : "<td>");
      out.append(Text.html(cell)).append("</td>");
    }
    out.append("</tr>\n");
  }

  private void videos() {
    Comparator<RunData> byScore =
        Comparator.comparingDouble(run -> run.score(summary.metric()).orElseThrow());
    List<RunData> filmed =
        summary.experiment().runs().stream()
            .filter(run -> run.score(summary.metric()).isPresent())
            .filter(run -> Files.exists(run.folder().resolve("rollout.gif")))
            .sorted(byScore)
            .toList();
    if (filmed.isEmpty()) {
      return;
    }
    out.append("<h2>Videos</h2>\n<div class=\"charts\">\n");
    video("Best run", filmed.get(filmed.size() - 1));
    if (filmed.size() > 1) {
      video("Worst run", filmed.get(0));
    }
    out.append("</div>\n");
  }

  private void video(String what, RunData run) {
    Path file = run.folder().resolve("rollout.gif");
    String caption =
        "%s: %s, %s %s"
            .formatted(
                what,
                run.name(),
                summary.metric(),
                Text.figure(run.score(summary.metric()).orElseThrow()));
    Optional<String> data = embedded(file);
    out.append("<figure><figcaption>").append(Text.html(caption)).append("</figcaption>\n");
    out.append(
        data.map(
                bytes ->
                    "<img alt=\"%s\" src=\"data:image/gif;base64,%s\">\n"
                        .formatted(Text.html(caption), bytes))
            .orElse("<p>too large to embed: " + Text.html(file.toString()) + "</p>\n"));
    out.append("</figure>\n");
  }

  private static Optional<String> embedded(Path file) {
    try {
      return Files.size(file) > MOST_VIDEO
          ? Optional.empty()
          : Optional.of(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void runs() {
    out.append("<h2>All runs</h2>\n<details><summary>");
    out.append(summary.experiment().runs().size()).append(" runs</summary>\n");
    out.append("<div class=\"wide\"><table>\n<thead><tr><th>run</th><th>seed</th><th>status</th>");
    out.append("<th>").append(summary.metric()).append("</th><th>processor s</th><th>hash</th>");
    out.append("</tr></thead>\n<tbody>\n");
    for (RunData run : summary.experiment().runs()) {
      row(
          run.name(),
          Long.toString(run.seed()),
          run.status().word().toLowerCase(Locale.ROOT),
          Text.figure(run.score(summary.metric()).orElse(Double.NaN)),
          Text.figure(run.processorSeconds()),
          run.hash());
    }
    out.append("</tbody></table></div></details>\n");
  }

  private void provenance() {
    Experiment experiment = summary.experiment();
    out.append("<h2>How it was made</h2>\n");
    lines(command);
    out.append("<details><summary>Commands of single runs</summary>\n");
    lines(experiment.runs().stream().map(run -> Provenance.command(experiment, run)).toList());
    out.append("</details>\n<details><summary>Code</summary>\n");
    lines(Provenance.code(experiment));
    out.append("</details>\n");
  }

  private void lines(List<String> lines) {
    out.append("<pre>");
    lines.forEach(line -> out.append(Text.html(line)).append('\n'));
    out.append("</pre>\n");
  }
}

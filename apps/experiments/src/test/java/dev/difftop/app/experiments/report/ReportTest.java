package dev.difftop.app.experiments.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.app.experiments.statistics.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Bootstrap BOOTSTRAP = new Bootstrap(1, 500, 0.95);

  @TempDir private Path temp;

  private Report report(int seeds) throws IOException {
    Fixture.sweep(temp.resolve("sweep"), List.of("ilqr", "gauss-newton", "<&\"mppi|"), seeds);
    return report("return", Optional.empty());
  }

  private Report report(String metric, Optional<String> baseline) {
    return Report.of(
        Experiment.read(List.of(temp.resolve("sweep"))),
        new ReportSettings(metric, baseline, OptionalDouble.empty(), BOOTSTRAP, "difftop report"));
  }

  @Test
  void writesAllFilesTheSameBytesEachTime() throws IOException {
    Report report = report(6);
    List<Path> files = report.write(temp.resolve("a"));
    report("return", Optional.empty()).write(temp.resolve("b"));
    assertEquals(
        List.of("report.html", "report.md", "table.csv", "table.tex"),
        files.stream().map(f -> f.getFileName().toString()).toList());
    for (Path file : files) {
      assertEquals(
          Files.readString(file),
          Files.readString(temp.resolve("b").resolve(file.getFileName().toString())));
    }
  }

  @Test
  void theTableHasOneRowACell() throws IOException {
    report(6).write(temp);
    List<String> lines = Files.readAllLines(temp.resolve("table.csv"));
    assertEquals(4, lines.size());
    assertTrue(
        lines
            .get(0)
            .startsWith(
                "case,solver.plugin,metric,runs,failed,mean,median,optimality_gap,iqm,low,high,"
                    + "paired_difference,"));
    assertTrue(lines.get(1).startsWith("solver.plugin=ilqr,ilqr,return,6,0,"), lines.get(1));
    assertTrue(lines.get(3).contains(",return,5,1,"), lines.get(3));
    assertTrue(lines.get(3).startsWith("\"solver.plugin=<&\"\"mppi|\","), lines.get(3));
  }

  @Test
  void differencesArePairedAndNotClaimedBelowFiveSeeds() throws IOException {
    Map<String, Object> many = cell(report(6), 1);
    assertEquals(6, many.get("pairs"));
    assertTrue(many.get("significance").toString().startsWith("p = "), many::toString);
    double difference = (double) many.get("paired_difference");
    assertTrue(difference > 120 && difference < 180, many::toString);
    Map<String, Object> few = cell(report(3), 1);
    assertEquals("underpowered", few.get("significance"));
    assertEquals("baseline", cell(report(3), 0).get("significance"));
  }

  @Test
  void anotherBaselineChangesTheSignOfADifference() throws IOException {
    Map<String, Object> forward = cell(report(6), 1);
    Map<String, Object> back = cell(report("return", Optional.of("solver.plugin=gauss-newton")), 0);
    assertEquals(
        (double) forward.get("paired_difference"), -(double) back.get("paired_difference"), 1e-9);
  }

  @Test
  void theMetricDecidesWhatIsReported() throws IOException {
    report(3);
    assertEquals(0.5, cell(report("success-any", Optional.empty()), 0).get("mean"));
    assertEquals(0, cell(report("success-last", Optional.empty()), 0).get("runs"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> report("retrun", Optional.empty()))
            .getMessage();
    assertTrue(message.contains("did you mean return?"), message);
    message =
        assertThrows(IllegalArgumentException.class, () -> report("return", Optional.of("nobody")))
            .getMessage();
    assertTrue(message.contains("found no cell \"nobody\""), message);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cell(Report report, int index) {
    return ((List<Map<String, Object>>) report.document().get("cells")).get(index);
  }

  @Test
  @SuppressWarnings("unchecked")
  void aTargetGivesTheOptimalityGap() throws IOException {
    report(3);
    ReportSettings with =
        new ReportSettings(
            "return", Optional.empty(), OptionalDouble.of(1000), BOOTSTRAP, "difftop report");
    Experiment experiment = Experiment.read(List.of(temp.resolve("sweep")));
    Map<String, Object> first = cell(Report.of(experiment, with), 0);
    assertEquals(1000 - (double) first.get("mean"), (double) first.get("optimality_gap"), 1e-9);
    assertTrue(Report.of(experiment, with).markdown().contains("Gap: mean shortfall from 1000."));
    assertFalse(cell(report("return", Optional.empty()), 0).containsKey("optimality_gap"));
    // Shares have the target 1.
    assertEquals(0.5, cell(report("success-any", Optional.empty()), 0).get("optimality_gap"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ReportSettings(
                "return", Optional.empty(), OptionalDouble.of(Double.NaN), BOOTSTRAP, ""));
  }

  /** Every seed is a thin line behind its mean; marks of others are drawn and named. */
  @Test
  void publishedReturnsAreMarksBesideTheCurves() throws IOException {
    report(3);
    Path csv =
        Files.writeString(
            temp.resolve("published.csv"), "name,position,value\nTD-MPC,100,50\nTD-MPC,300,90\n");
    ReportSettings with =
        new ReportSettings(
            "return",
            Optional.empty(),
            OptionalDouble.empty(),
            BOOTSTRAP,
            Published.read(csv),
            "difftop report");
    Experiment experiment = Experiment.read(List.of(temp.resolve("sweep")));
    String page = Report.of(experiment, with).html();
    assertTrue(page.contains("TD-MPC, as published"), "legend");
    assertTrue(page.contains("class=\"member\""), "a line of every seed");
    assertFalse(report("return", Optional.empty()).html().contains("as published"));
    List<Path> charts = Report.of(experiment, with).writeCharts(temp.resolve("charts"));
    Path curves = temp.resolve("charts/return-while-learning.svg");
    assertTrue(charts.contains(curves), charts::toString);
    String svg = Files.readString(curves);
    assertTrue(svg.contains(">TD-MPC, as published</text>") && svg.contains("class=\"band\""), svg);
  }

  @Test
  void aMalformedFileOfPublishedReturnsIsReportedWithItsLine() throws IOException {
    Path csv = temp.resolve("published.csv");
    Files.writeString(csv, "name,value\n");
    assertMalformed(csv, ":1: found \"name,value\", expected name,position,value");
    Files.writeString(csv, "name,position,value\na,1,2\na,1\n");
    assertMalformed(csv, ":3: found \"a,1\"");
    Files.writeString(csv, "name,position,value\na,1,NaN\n");
    assertMalformed(csv, ":2: found \"NaN\", expected a finite number");
    assertMalformed(temp.resolve("none.csv"), "there is no file");
  }

  private static void assertMalformed(Path csv, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Published.read(csv)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void theMedianAndTheProbabilityOfImprovementAreThoseOfTheRuns() throws IOException {
    Path sweep = temp.resolve("runs");
    for (int seed = 1; seed <= 3; seed++) {
      Fixture.run(sweep.resolve("a" + seed), config(3, seed), 100 * seed * seed, 1);
      Fixture.run(sweep.resolve("b" + seed), config(5, seed), 150 * seed * seed, 1);
    }
    Report report =
        Report.of(
            Experiment.read(List.of(sweep)),
            new ReportSettings("return", Optional.empty(), OptionalDouble.empty(), BOOTSTRAP, "c"));
    Map<String, Object> second = cell(report, 1);
    // 150, 600, 1350 against 100, 400, 900: higher in 1 + 2 + 3 of 9 comparisons.
    assertEquals(600.0, second.get("median"));
    assertEquals(6 / 9.0, (double) second.get("probability_of_improvement"), 1e-12);
    assertTrue((double) second.get("improvement_low") <= 6 / 9.0, second::toString);
    assertFalse(cell(report, 0).containsKey("probability_of_improvement"));
  }

  /** Whatever else their configurations differ in. */
  @Test
  void runsOfFoldersThatAreNamedAreOneCase() throws IOException {
    Path runs = temp.resolve("named");
    Fixture.run(runs.resolve("a1"), config(3, 1), 100, 1);
    Fixture.run(runs.resolve("a2"), config(4, 2), 200, 1);
    Fixture.run(runs.resolve("b1"), config(5, 1), 300, 1);
    List<Path> folders = List.of(runs.resolve("a1"), runs.resolve("a2"), runs.resolve("b1"));
    Experiment read = Experiment.read(folders);
    assertEquals(3, read.cells().size());
    Experiment named = read.named(Map.of(folders.get(0), "ours", folders.get(1), "ours"));
    assertEquals(List.of("ours", "horizon=5"), List.copyOf(named.cells().keySet()));
    assertEquals(2, named.cells().get("ours").size());
    assertEquals(read.cells(), read.named(Map.of()).cells());
  }

  /** Such as the same configuration before and after a change of the code. */
  @Test
  void equalRunsInFoldersOfOtherNamesBothCount() throws IOException {
    Fixture.run(temp.resolve("old/a"), config(3, 1), 100, 1);
    Fixture.run(temp.resolve("new/a"), config(3, 1), 120, 1);
    List<Path> folders = List.of(temp.resolve("old"), temp.resolve("new"));
    Experiment named =
        Experiment.read(folders).named(Map.of(folders.get(0), "before", folders.get(1), "after"));
    Report report =
        Report.of(
            named,
            new ReportSettings("return", Optional.empty(), OptionalDouble.empty(), BOOTSTRAP, "c"));
    assertEquals(100.0, cell(report, 0).get("mean"));
    assertEquals(120.0, cell(report, 1).get("mean"));
    assertEquals(1, cell(report, 1).get("pairs"));
  }

  private static String config(int horizon, int seed) {
    return "horizon: %d\nrun: {seed: %d}\n".formatted(horizon, seed);
  }

  @Test
  void onlyTheCurrentRunOfACaseAndSeedCounts() throws IOException {
    report(3);
    Path ledger = temp.resolve("sweep").resolve("ledger.jsonl");
    String planned =
        "{\"event\":\"planned\",\"hash\":\"%s\",\"name\":\"other\",\"case\":\"solver.plugin=ilqr\","
            + "\"changes\":{\"solver.plugin\":\"ilqr\"},\"seed\":1,\"content\":\"%s\"}\n";
    String before = Files.readString(ledger);
    // Another build that has not run yet: what the first one found still counts.
    Files.writeString(ledger, before + planned.formatted("x", "null"));
    assertEquals(3, cell(report("return", Optional.empty()), 0).get("runs"));
    // Another configuration of the same name: the old result is of something else.
    Files.writeString(ledger, before + planned.formatted("y", "changed"));
    Map<String, Object> cell = cell(report("return", Optional.empty()), 0);
    assertEquals(2, cell.get("runs"));
    assertEquals(1, cell.get("failed"));
  }

  @Test
  void unpairedGroupsAreComparedAsIndependentSamples() throws IOException {
    report(6);
    Path ledger = temp.resolve("sweep").resolve("ledger.jsonl");
    double paired = width(cell(report("return", Optional.empty()), 1));
    Files.writeString(
        ledger, Files.readString(ledger).replace("\"pair-by\":\"seed\"", "\"pair-by\":\"none\""));
    Map<String, Object> cell = cell(report("return", Optional.empty()), 1);
    assertEquals(0, cell.get("pairs"));
    assertEquals("not tested", cell.get("significance"));
    assertTrue(
        report("return", Optional.empty()).markdown().contains("not tested, since runs are not"));
    assertTrue(width(cell) > paired, "what seeds have in common no longer cancels");
  }

  private static double width(Map<String, Object> cell) {
    return (double) cell.get("difference_high") - (double) cell.get("difference_low");
  }

  @Test
  void thePageIsWholeAndAsksNobody() throws IOException {
    String html = report(4).html();
    for (String part :
        List.of(
            "Return while learning",
            "Training loss",
            "Performance profile",
            "Score against processor time",
            "Interquartile mean",
            "Best run: ",
            "Worst run: ",
            "Runs without a result",
            "exit status 4: the loss is &lt;NaN&gt; &amp; more",
            "difftop sweep sweep.yaml",
            "Commands of single runs",
            "configs/ilqr-seed1.yaml --out runs/ilqr-seed1",
            "solver ilqr 1.0 (sha256 0123456789ab)",
            "prefers-color-scheme: dark")) {
      assertTrue(html.contains(part), part);
    }
    assertFalse(html.contains("<&\"mppi"), "names are escaped");
    assertFalse(
        Pattern.compile("(src|href)=\"(?!data:)").matcher(html).find(), "no address but data");
    assertFalse(html.contains("url(") || html.contains("@import") || html.contains("<script"));
    assertFalse(html.contains("NaN\""), "no coordinate is NaN");
  }

  @Test
  void linesDifferWithoutColour() {
    assertNotEquals(
        Series.stroke(0).replaceAll("--c\\d", ""), Series.stroke(1).replaceAll("--c\\d", ""));
    assertNotEquals(
        Series.marker(0, 0, 0).replaceAll("--c\\d", ""),
        Series.marker(1, 0, 0).replaceAll("--c\\d", ""));
  }

  @Test
  void singleRunsAreToldApartByTheirConfigurations() throws IOException {
    Fixture.run(temp.resolve("runs/a"), "horizon: 3\nrun: {seed: 1}\n", 100, 1);
    Fixture.run(temp.resolve("runs/b"), "horizon: 5\nrun: {seed: 1}\n", 150, 1);
    Fixture.run(temp.resolve("runs/c"), "horizon: 5\nrun: {seed: 2}\n", 160, 1);
    Experiment experiment = Experiment.read(List.of(temp.resolve("runs")));
    assertEquals(List.of("horizon"), experiment.varied());
    assertEquals(List.of("horizon=3", "horizon=5"), List.copyOf(experiment.cells().keySet()));
    Experiment one = Experiment.read(List.of(temp.resolve("runs/a")));
    String html =
        Report.of(
                one,
                new ReportSettings(
                    "return", Optional.empty(), OptionalDouble.empty(), BOOTSTRAP, "c"))
            .html();
    assertTrue(html.contains("1 of 1 runs finished"), html);
    DataException refused =
        assertThrows(DataException.class, () -> Experiment.read(List.of(temp.resolve("nowhere"))));
    assertTrue(refused.getMessage().contains("found no run"), refused.getMessage());
  }

  @Test
  void runsAreComparedSideBySide() throws IOException {
    Fixture.run(temp.resolve("a"), "horizon: 3\nrun: {seed: 1}\n", 100, 1);
    Fixture.run(temp.resolve("b"), "horizon: 5\nrun: {seed: 1}\n", 150, 1);
    Map<String, Object> document =
        Comparison.of(List.of(temp.resolve("a"), temp.resolve("b")), BOOTSTRAP);
    assertEquals(Map.of("horizon", List.of("3", "5")), document.get("differences"));
    Map<?, ?> second = (Map<?, ?>) ((List<?>) document.get("runs")).get(1);
    assertEquals(50.0, second.get("difference"));
    assertEquals(1.0, second.get("probability_of_improvement"));
    assertEquals(7.5, second.get("processor_seconds"));
    Files.delete(temp.resolve("b").resolve("evaluation.json"));
    assertThrows(
        DataException.class,
        () -> Comparison.of(List.of(temp.resolve("a"), temp.resolve("b")), BOOTSTRAP));
  }

  /** One run says nothing about others. */
  @Test
  void oneRunHasNoInterval() throws IOException {
    Fixture.run(temp.resolve("runs/a"), config(3, 1), 100, 1);
    Fixture.run(temp.resolve("runs/b"), config(5, 1), 150, 1);
    Report report = loose();
    assertTrue(
        report.markdown().contains("| horizon=5 | 1 | 150 | 150 | 150 | 50 | 1 | underpowered |"),
        report.markdown());
  }

  private Report loose() {
    return Report.of(
        Experiment.read(List.of(temp.resolve("runs"))),
        new ReportSettings("return", Optional.empty(), OptionalDouble.empty(), BOOTSTRAP, "c"));
  }

  @Test
  void aSeedCountsOnceInACell() throws IOException {
    Fixture.run(temp.resolve("runs/a"), config(3, 1), 100, 1);
    Fixture.run(temp.resolve("runs/again"), config(3, 1), 300, 1);
    Fixture.run(temp.resolve("runs/b"), config(3, 2), 200, 1);
    Report report = loose();
    assertEquals(150.0, cell(report, 0).get("mean"));
    assertEquals(2, cell(report, 0).get("runs"));
    assertTrue(
        report.markdown().contains("- again: finished. not counted: the same case and seed as "),
        report.markdown());
  }

  /** A return that is not finite is written as null; a line may end where the disk was full. */
  @Test
  void runsThatDivergedOrWereTornAreReportedWithoutAResult() throws IOException {
    Fixture.run(temp.resolve("runs/a"), config(3, 1), 100, 3);
    Fixture.run(temp.resolve("runs/b"), config(3, 2), 200, 3);
    Fixture.run(temp.resolve("runs/c"), config(3, 3), 300, 3);
    Files.writeString(temp.resolve("runs/b/evaluation.json"), "{\"mean\": null}");
    Path torn = temp.resolve("runs/c");
    Files.delete(torn.resolve("evaluation.json"));
    for (String file : List.of("metrics.csv", "evaluations.csv")) {
      Files.writeString(torn.resolve(file), "400,1e-", StandardOpenOption.APPEND);
    }
    Report report = loose();
    assertEquals(1, cell(report, 0).get("runs"));
    assertEquals(2, cell(report, 0).get("failed"));
    assertTrue(report.html().contains("no return was measured"), report.html());
  }

  @Test
  void pairsDecideWhetherADifferenceIsUnderpowered() throws IOException {
    for (int seed = 1; seed <= 6; seed++) {
      Fixture.run(temp.resolve("runs/a" + seed), config(3, seed), 100 + seed * seed, 1);
      Fixture.run(temp.resolve("runs/b" + seed), config(5, seed + 3), 150 + seed, 1);
    }
    Report report = loose();
    assertEquals(3, cell(report, 1).get("pairs"));
    assertEquals("underpowered", cell(report, 1).get("significance"));
    report.write(temp);
    List<String> rows = Files.readAllLines(temp.resolve("table.csv"));
    int column = List.of(rows.get(0).split(",")).indexOf("underpowered");
    assertEquals("false", rows.get(1).split(",", -1)[column]);
    assertEquals("true", rows.get(2).split(",", -1)[column]);
  }

  @Test
  void tooFewPairsForAnySignificanceAreSaid() throws IOException {
    for (int seed = 1; seed <= 5; seed++) {
      Fixture.run(temp.resolve("runs/a" + seed), config(3, seed), 100 + seed * seed, 1);
      Fixture.run(temp.resolve("runs/b" + seed), config(5, seed), 150 + 2 * seed, 1);
    }
    assertEquals("p = 0.0625", cell(loose(), 1).get("significance"));
    assertTrue(loose().markdown().contains("no p-value can be below 0.0625: add seeds"));
    Fixture.run(temp.resolve("runs/a6"), config(3, 6), 136, 1);
    Fixture.run(temp.resolve("runs/b6"), config(5, 6), 162, 1);
    assertFalse(loose().markdown().contains("add seeds"));
  }

  @Test
  void tablesAreEscaped() throws IOException {
    report(3).write(temp);
    assertTrue(Files.readString(temp.resolve("table.tex")).contains("<\\&\"mppi|"));
    assertTrue(Files.readString(temp.resolve("report.md")).contains("mppi\\|"));
  }
}

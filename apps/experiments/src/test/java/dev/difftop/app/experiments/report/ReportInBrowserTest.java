package dev.difftop.app.experiments.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.app.experiments.statistics.Bootstrap;
import dev.difftop.browser.Browser;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a report of 200 runs in Chromium: mvn -Pbrowser test. */
@Tag("browser")
class ReportInBrowserTest {
  @TempDir private Path temp;

  @Test
  void thePageIsWholeAtEveryWidthInLightAndDark() throws Exception {
    Path sweep = temp.resolve("sweep");
    List<String> cells = IntStream.range(0, 40).mapToObj(i -> "variant-" + i).toList();
    Fixture.sweep(sweep, cells, 5);
    Report.of(
            Experiment.read(List.of(sweep)),
            new ReportSettings(
                "return",
                Optional.empty(),
                OptionalDouble.empty(),
                new Bootstrap(0, 200, 0.95),
                "difftop report"))
        .write(sweep);
    String address = sweep.resolve("report.html").toUri().toString();
    String light = "";
    try (Browser browser = new Browser(temp.resolve("profile"))) {
      for (boolean dark : new boolean[] {false, true}) {
        for (int width : new int[] {1280, 390}) {
          browser.look(width, 900, dark);
          double seconds = browser.open(address);
          assertTrue(seconds < 2, () -> "loaded in " + seconds + " seconds of the page's thread");
          assertEquals(List.of(), browser.complaints());
          assertEquals(
              List.of(address),
              browser.requests().stream().filter(r -> !r.startsWith("data:")).toList());
          assertEquals(
              5, browser.evaluate("document.querySelectorAll('svg.chart').length").asInt());
          assertEquals(
              40,
              browser.evaluate("document.querySelectorAll('#results tbody tr').length").asInt());
          assertTrue(
              browser
                  .evaluate(
                      "[...document.querySelectorAll('svg.chart')].every(c =>"
                          + " c.getBoundingClientRect().width > 250)")
                  .asBoolean());
          assertTrue(
              browser
                  .evaluate(
                      "document.documentElement.scrollWidth <="
                          + " document.documentElement.clientWidth")
                  .asBoolean(),
              "nothing juts out of the page");
          // To look at.
          browser.screenshot(
              Path.of("target", "report-%d-%s.png".formatted(width, dark ? "dark" : "light")));
          String paper =
              browser.evaluate("getComputedStyle(document.body).backgroundColor").asText();
          if (dark) {
            assertNotEquals(light, paper);
          } else {
            light = paper;
          }
        }
      }
    }
  }
}

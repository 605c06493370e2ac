package dev.difftop.app.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

final class LineChartTest {
  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void isWellFormedAndNamesItsLines() throws Exception {
    LineChart chart =
        new LineChart("a < b & c", "step", "loss", true)
            .line("training", new double[] {1, 2, 3}, new double[] {1, 0.1, 0.01})
            .level("goal", 0.05);
    String svg = chart.svg();
    Document document = parse(svg);
    assertEquals("svg", document.getDocumentElement().getTagName());
    assertTrue(document.getDocumentElement().getTextContent().contains("a < b & c"));
    assertTrue(svg.contains("training") && svg.contains("goal"), svg);
    assertTrue(svg.contains("stroke-dasharray"), svg);
  }

  @Test
  void severalChartsShareAPage() throws Exception {
    double[] x = {0, 1};
    LineChart first = new LineChart("first", "x", "y", false).line("a", x, x);
    LineChart second = new LineChart("second", "x", "y", false).line("b", x, x);
    ChartSheet page = new ChartSheet(java.util.List.of(first, second, first), 2);
    Document document = parse(page.svg());
    assertEquals("0 0 1440 800", document.getDocumentElement().getAttribute("viewBox"));
    assertEquals(4, document.getElementsByTagName("svg").getLength());
    assertTrue(page.svg().contains("x=\"720\" y=\"0\""), page.svg());
    assertThrows(IllegalArgumentException.class, () -> new ChartSheet(java.util.List.of(), 2));
  }

  @Test
  void leavesOutWhatCannotBeShown() throws Exception {
    double[] x = {1, 2, 3, 4};
    String svg =
        new LineChart("t", "x", "y", true).line("l", x, new double[] {1, Double.NaN, -1, 2}).svg();
    parse(svg);
    assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    parse(new LineChart("empty", "x", "y", false).svg());
  }

  @Test
  void aLineNeedsAsManyHeightsAsPlaces() {
    LineChart chart = new LineChart("t", "x", "y", false);
    double[] one = {1};
    assertThrows(IllegalArgumentException.class, () -> chart.line("l", one, new double[2]));
  }

  @Test
  void isWrittenWhole(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("chart.svg");
    new LineChart("t", "x", "y", false)
        .line("l", new double[] {0, 1}, new double[] {2, 2})
        .write(file);
    parse(Files.readString(file));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }
}

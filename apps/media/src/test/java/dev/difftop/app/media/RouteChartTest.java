package dev.difftop.app.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RouteChartTest {
  private static final double[][] UP = {{0, 0}, {0, 1}};

  @Test
  void pathsHaveTheColourOfTheirGroupAndAreCounted() {
    String svg =
        new RouteChart("ways", List.of("left", "right", "over"), "failed")
            .area(new double[][] {{0.4, 0.4}, {0.6, 0.4}, {0.6, 0.6}}, "#cccccc")
            .path("left", UP)
            .path("right", new double[][] {{1, 0}, {1, 1}})
            .path("right", new double[][] {{0.9, 0}, {1, 1}})
            .path("", UP)
            .svg();
    assertTrue(svg.contains(">left × 1<") && svg.contains(">right × 2<"), svg);
    assertTrue(svg.contains(">failed × 1<"), svg);
    assertFalse(svg.contains("over"), svg);
    // y points upwards; the plane fills the page from edge to edge.
    assertTrue(svg.contains("d=\"M20.0 604.0L20.0 44.0\""), svg);
    assertTrue(svg.contains("d=\"M580.0 604.0L580.0 44.0\""), svg);
    assertEquals(1, svg.split("fill=\"#cccccc\"", -1).length - 1);
  }

  @Test
  void twentyFourGroupsHaveColoursOfTheirOwn() {
    List<String> names = IntStream.range(0, 24).mapToObj(i -> "route" + i).toList();
    RouteChart chart = new RouteChart("routes", names, "none");
    names.forEach(name -> chart.path(name, UP));
    long colours = chart.svg().lines().filter(l -> l.contains("stroke-opacity")).distinct().count();
    assertEquals(24, colours);
  }

  @Test
  void refusesUnknownGroupsAndEmptyPaths() {
    RouteChart chart = new RouteChart("ways", List.of("left"), "failed");
    assertThrows(IllegalArgumentException.class, () -> chart.path("up", UP));
    assertThrows(IllegalArgumentException.class, () -> chart.path("left", new double[0][]));
    assertTrue(chart.svg().endsWith("</svg>\n"));
  }
}

package dev.difftop.app.experiments.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Agreement with SciPy; src/test/python/statistics_reference.py made the values. */
class StatisticsReferenceTest {
  private static JsonNode reference;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = StatisticsReferenceTest.class.getResourceAsStream("reference.json")) {
      reference = new ObjectMapper().readTree(in);
    }
  }

  private static double[] numbers(JsonNode node) {
    double[] out = new double[node.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = node.get(i).doubleValue();
    }
    return out;
  }

  private static double[][] scores(JsonNode node) {
    double[][] out = new double[node.size()][];
    for (int i = 0; i < out.length; i++) {
      out[i] = numbers(node.get(i));
    }
    return out;
  }

  @Test
  void aggregates() {
    for (JsonNode row : reference.get("aggregates")) {
      double[][] scores = scores(row.get("scores"));
      assertEquals(row.get("mean").doubleValue(), Aggregate.MEAN.of(scores), 1e-14);
      assertEquals(row.get("median").doubleValue(), Aggregate.MEDIAN.of(scores), 1e-14);
      assertEquals(row.get("iqm").doubleValue(), Aggregate.IQM.of(scores), 1e-14);
      assertEquals(
          row.get("gap").doubleValue(),
          Aggregate.optimalityGap(row.get("gamma").doubleValue()).of(scores),
          1e-14);
      row.get("profile")
          .properties()
          .forEach(
              entry ->
                  assertArrayEquals(
                      new double[] {entry.getValue().doubleValue()},
                      PerformanceProfile.of(
                          scores, new double[] {Double.parseDouble(entry.getKey())}),
                      1e-14));
    }
  }

  /** Two Monte-Carlo estimates of the same quantile: equal up to their noise. */
  @Test
  void stratifiedBootstrapIntervals() {
    Bootstrap bootstrap = new Bootstrap(7, 50_000, 0.95);
    for (JsonNode row : reference.get("bootstrap")) {
      double[][] scores = scores(row.get("scores"));
      assertNear(row.get("mean"), bootstrap.interval("mean", scores, Aggregate.MEAN::of));
      assertNear(row.get("iqm"), bootstrap.interval("iqm", scores, Aggregate.IQM::of));
    }
  }

  private static void assertNear(JsonNode expected, Interval found) {
    assertEquals(expected.get(0).doubleValue(), found.low(), 0.006);
    assertEquals(expected.get(1).doubleValue(), found.high(), 0.006);
  }

  @Test
  void probabilityOfImprovement() {
    for (JsonNode row : reference.get("improvement")) {
      assertEquals(
          row.get("probability").doubleValue(),
          Improvement.probability(scores(row.get("x")), scores(row.get("y"))),
          1e-14);
    }
  }

  @Test
  void signedRankTests() {
    for (JsonNode row : reference.get("wilcoxon")) {
      double[] differences = numbers(row.get("differences"));
      Wilcoxon approximate = Wilcoxon.approximate(differences);
      assertEquals(row.get("statistic").doubleValue(), approximate.statistic(), 0);
      assertEquals(row.get("approximate").doubleValue(), approximate.probability(), 1e-12);
      if (row.has("exact")) {
        Wilcoxon exact = Wilcoxon.exact(differences);
        assertEquals(row.get("exact").doubleValue(), exact.probability(), 1e-12);
        assertEquals(exact, Wilcoxon.of(differences));
      } else {
        assertEquals(approximate, Wilcoxon.of(differences));
      }
    }
  }

  @Test
  void normalProbabilities() {
    for (JsonNode row : reference.get("normal")) {
      double expected = row.get(1).doubleValue();
      assertEquals(expected, Normal.below(row.get(0).doubleValue()), 1e-12 * expected);
    }
  }

  @Test
  void holmAdjustment() {
    for (JsonNode row : reference.get("holm")) {
      assertArrayEquals(numbers(row.get("adjusted")), Holm.adjust(numbers(row.get("p"))), 1e-14);
    }
  }
}

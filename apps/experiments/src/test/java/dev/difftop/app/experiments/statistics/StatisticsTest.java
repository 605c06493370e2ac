package dev.difftop.app.experiments.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  /** Scores {@code [task][run]} of published tests of these aggregates. */
  private static final double[][] X = {{1, 2, 1, 2}, {2, 2, 1, 1}};

  private static final double[][] Y = {{1, 2, 3}, {1, 2, 3}};

  @Test
  void aggregatesOfPublishedExamples() {
    for (Aggregate aggregate : List.of(Aggregate.MEAN, Aggregate.MEDIAN, Aggregate.IQM)) {
      assertEquals(1.5, aggregate.of(X), 0);
      assertEquals(2, aggregate.of(Y), 0);
    }
    assertEquals(1 / 3.0, Improvement.probability(X, Y), 1e-15);
    assertEquals(2 / 3.0, Improvement.probability(Y, X), 1e-15);
    assertEquals(0.5, Improvement.probability(X, X), 0);
  }

  @Test
  void interquartileMeanLeavesOutOutliers() {
    double[][] scores = {{-1e9, 1, 2, 3, 4, 5, 6, 1e9}};
    assertEquals(3.5, Aggregate.IQM.of(scores), 0);
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherSeedOthers() {
    double[][] scores = {{0.11, 0.73, 0.37, 0.92, 0.41, 0.58, 0.29, 0.83, 0.66, 0.05, 0.97, 0.52}};
    Bootstrap bootstrap = new Bootstrap(1, 2000, 0.95);
    Estimate once = bootstrap.estimate("iqm", scores, Aggregate.IQM);
    assertEquals(once, bootstrap.estimate("iqm", scores, Aggregate.IQM));
    assertNotEquals(once, new Bootstrap(2, 2000, 0.95).estimate("iqm", scores, Aggregate.IQM));
    assertNotEquals(once, bootstrap.estimate("other", scores, Aggregate.IQM));
  }

  @Test
  void wantingMoreConfidenceWidensTheInterval() {
    double[][] scores = {{0.1, 0.7, 0.3, 0.9, 0.4}};
    Interval narrow = new Bootstrap(1, 4000, 0.5).interval("a", scores, Aggregate.MEAN::of);
    Interval wide = new Bootstrap(1, 4000, 0.99).interval("a", scores, Aggregate.MEAN::of);
    assertTrue(wide.low() < narrow.low() && narrow.high() < wide.high());
    assertTrue(narrow.contains(Aggregate.MEAN.of(scores)));
  }

  /** Resampling stays within a task: constant tasks have no uncertainty, however different. */
  @Test
  void resamplingIsStratified() {
    double[][] scores = {{1, 1, 1}, {5, 5, 5}};
    assertEquals(new Interval(3, 3), Bootstrap.STANDARD.interval("a", scores, Aggregate.MEAN::of));
  }

  @Test
  void twoGroupsAreResampledIndependently() {
    Interval interval = new Bootstrap(3, 2000, 0.95).interval("p", Y, Y, Improvement::probability);
    assertTrue(interval.low() < 0.4 && interval.high() > 0.6, interval::toString);
  }

  @Test
  void fewerThanFiveRunsAreUnderpowered() {
    Bootstrap bootstrap = new Bootstrap(0, 100, 0.95);
    assertTrue(
        bootstrap.estimate("a", new double[][] {{1, 2, 3, 4}}, Aggregate.MEAN).underpowered());
    assertFalse(
        bootstrap.estimate("a", new double[][] {{1, 2, 3, 4, 5}}, Aggregate.MEAN).underpowered());
    // The task with the fewest runs decides.
    assertTrue(
        bootstrap
            .estimate("a", new double[][] {{1, 2, 3, 4, 5}, {1, 2}}, Aggregate.MEAN)
            .underpowered());
  }

  @Test
  void profilesCountStrictlyAbove() {
    double[] shares =
        PerformanceProfile.of(new double[][] {{0, 0.5, 1, 1}}, new double[] {0, 0.5, 1});
    assertArrayEquals(new double[] {0.75, 0.5, 0}, shares);
    Interval[] bands =
        PerformanceProfile.intervals(
            new Bootstrap(0, 500, 0.95), "p", new double[][] {{0, 0.5, 1, 1}}, new double[] {0, 1});
    assertTrue(bands[0].contains(0.75));
    assertEquals(new Interval(0, 0), bands[1]);
  }

  @Test
  void pairsCancelWhatSeedsHaveInCommon() {
    Map<Long, Double> baseline = Map.of(1L, 10.0, 2L, 500.0, 3L, 90.0, 4L, 1.0, 5L, 7.0);
    Map<Long, Double> better = Map.of(1L, 12.0, 2L, 502.0, 3L, 92.0, 4L, 3.0, 5L, 9.0, 6L, 1.0);
    PairedDifference difference = PairedDifference.of(Bootstrap.STANDARD, "d", better, baseline);
    assertEquals(2, difference.mean(), 1e-12);
    assertEquals(2, difference.interval().orElseThrow().low(), 1e-12);
    assertEquals(1, difference.unpaired());
    assertEquals(2 / 32.0, difference.probability().orElseThrow(), 1e-15);
    assertFalse(difference.underpowered());
  }

  @Test
  void noProbabilityBelowFivePairsAndNoneWithoutPairs() {
    PairedDifference few =
        PairedDifference.of(
            Bootstrap.STANDARD, "d", Map.of(1L, 5.0, 2L, 6.0), Map.of(1L, 1.0, 2L, 2.0));
    assertTrue(few.underpowered());
    assertTrue(few.probability().isEmpty());
    PairedDifference none =
        PairedDifference.of(Bootstrap.STANDARD, "d", Map.of(1L, 5.0), Map.of(2L, 2.0));
    assertTrue(Double.isNaN(none.mean()) && none.interval().isEmpty());
    assertEquals(2, none.unpaired());
  }

  /** 2 / 2⁵: five seeds never reach 5 %, whatever they measured. */
  @Test
  void theSmallestProbabilityIsThatOfTheNumberOfPairs() {
    for (int pairs = 5; pairs <= 10; pairs++) {
      double[] differences = new double[pairs];
      for (int i = 0; i < pairs; i++) {
        differences[i] = 1e6 + i;
      }
      assertEquals(Math.pow(2, 1 - pairs), Wilcoxon.of(differences).probability(), 0);
    }
    // A zero is no pair.
    assertEquals(0.125, Wilcoxon.of(new double[] {1, 2, 3, 4, 0}).probability(), 0);
    // All magnitudes tie: the rank sums are those of a sign test.
    assertEquals(2 / 32.0, Wilcoxon.of(new double[] {7, 7, 7, 7, 7}).probability(), 0);
    assertEquals(12 / 32.0, Wilcoxon.of(new double[] {7, 7, -7, 7, 7}).probability(), 0);
  }

  @Test
  void oneRunAndEqualRunsHaveIntervalsOfNoWidth() {
    Bootstrap bootstrap = new Bootstrap(0, 200, 0.95);
    for (double[] runs : new double[][] {{3.5}, {3.5, 3.5, 3.5, 3.5, 3.5}}) {
      for (Aggregate aggregate : List.of(Aggregate.MEAN, Aggregate.MEDIAN, Aggregate.IQM)) {
        Estimate estimate = bootstrap.estimate("a", new double[][] {runs}, aggregate);
        assertEquals(3.5, estimate.value(), 0);
        assertEquals(new Interval(3.5, 3.5), estimate.interval());
      }
    }
    PairedDifference one = PairedDifference.of(bootstrap, "d", Map.of(1L, 5.0), Map.of(1L, 2.0));
    assertEquals(3, one.mean(), 0);
    assertTrue(one.underpowered() && one.probability().isEmpty());
    Map<Long, Double> same = Map.of(1L, 5.0, 2L, 6.0, 3L, 7.0, 4L, 8.0, 5L, 9.0);
    PairedDifference none = PairedDifference.of(bootstrap, "d", same, same);
    assertEquals(new Interval(0, 0), none.interval().orElseThrow());
    assertEquals(1, none.probability().orElseThrow(), 0);
    assertEquals(0.5, Improvement.probability(new double[][] {{1, 1}}, new double[][] {{1}}), 0);
  }

  @Test
  void equalGroupsHaveProbabilityOne() {
    assertEquals(new Wilcoxon(0, 0, 1), Wilcoxon.exact(new double[] {0, 0, 0}));
    assertEquals(1, Wilcoxon.approximate(new double[] {0, 0}).probability(), 0);
  }

  @Test
  void areaUnderTheCurveIsTheMeanHeight() {
    LearningCurve curve = new LearningCurve(new double[] {0, 10, 20}, new double[] {0, 100, 100});
    assertEquals(75, curve.meanHeight(0, 20), 1e-12);
    assertEquals(75, curve.meanHeight(5, 10), 1e-12);
    assertEquals(100, curve.meanHeight(10, 15), 1e-12);
    assertEquals(50, curve.at(5), 0);
    assertTrue(Double.isNaN(curve.at(21)));
    assertThrows(IllegalArgumentException.class, () -> curve.meanHeight(0, 30));
  }

  @Test
  void curvesShareThePositionsThatAllWereMeasuredOver() {
    LearningCurve a = new LearningCurve(new double[] {0, 10, 20}, new double[3]);
    LearningCurve b = new LearningCurve(new double[] {5, 12}, new double[2]);
    assertArrayEquals(new double[] {5, 10, 12}, LearningCurve.commonPositions(List.of(a, b)));
    assertEquals(0, LearningCurve.commonPositions(List.of()).length);
  }

  @Test
  void badInputIsNamed() {
    refused(
        "scores[0][1]: found NaN",
        () -> Bootstrap.STANDARD.estimate("a", new double[][] {{1, Double.NaN}}, Aggregate.MEAN));
    refused(
        "scores[0][0]: found Infinity, expected a finite number",
        () ->
            Bootstrap.STANDARD.estimate(
                "a", new double[][] {{Double.POSITIVE_INFINITY, 1, 2, 3, 4}}, Aggregate.IQM));
    refused(
        "found -Infinity",
        () ->
            PairedDifference.of(
                Bootstrap.STANDARD, "d", Map.of(1L, Double.NEGATIVE_INFINITY), Map.of(1L, 0.0)));
    refused(
        "found no task", () -> Bootstrap.STANDARD.estimate("a", new double[0][], Aggregate.MEAN));
    refused(
        "scores[1]: found no run",
        () -> PerformanceProfile.of(new double[][] {{1}, {}}, new double[1]));
    refused("expected the same tasks", () -> Improvement.probability(X, new double[][] {{1}}));
    refused(
        "at most 50",
        () ->
            Wilcoxon.exact(
                new double[] {
                  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                  24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
                  44, 45, 46, 47, 48, 49, 50, 51
                }));
    refused("found NaN", () -> Wilcoxon.of(new double[] {Double.NaN}));
    refused("expected 0 to 1", () -> Holm.adjust(1.5));
    refused("at least one draw", () -> new Bootstrap(0, 0, 0.95));
    refused("confidence 1.0", () -> new Bootstrap(0, 10, 1));
    refused("ascending", () -> new LearningCurve(new double[] {1, 1}, new double[2]));
    refused(
        "found 1 positions and 2 scores", () -> new LearningCurve(new double[1], new double[2]));
    refused("low <= high", () -> new Interval(2, 1));
  }

  private static void refused(String said, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(said), message);
  }
}

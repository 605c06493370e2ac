package dev.difftop.learner.modelbased.experience;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.learner.modelbased.learning.Diagnostics;
import org.junit.jupiter.api.Test;

final class PlannedReturnTest {
  @Test
  void endsWhereTheEpisodeTerminates() {
    double[] found = PlannedReturn.realized(new double[] {1, 2, 4}, 0.5, true);
    assertArrayEquals(new double[] {3, 4, 4}, found, 1e-12);
  }

  @Test
  void goesOnWithTheTailWhereTimeRanOut() {
    double[] found = PlannedReturn.realized(new double[] {4, 4, 4}, 0.5, false);
    assertArrayEquals(new double[] {8, 8, 8}, found, 1e-12);
  }

  @Test
  void comparesTheFirstHalf() {
    assertEquals(1.5, PlannedReturn.firstHalf(new double[] {1, 2, 9, 9}));
  }

  @Test
  void unexplainedVariance() {
    double[] found = {1, 2, 3, 4};
    assertEquals(0, Diagnostics.unexplained(found, found, 4));
    assertEquals(1, Diagnostics.unexplained(new double[] {2.5, 2.5, 2.5, 2.5}, found, 4), 1e-12);
  }
}

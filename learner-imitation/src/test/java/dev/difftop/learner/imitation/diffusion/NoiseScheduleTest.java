package dev.difftop.learner.imitation.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class NoiseScheduleTest {
  @Test
  void signalFadesAlongTheSquaredCosine() {
    NoiseSchedule schedule = new NoiseSchedule(100);
    assertEquals(1, schedule.remaining(-1));
    double start = Math.cos(0.008 / 1.008 * Math.PI / 2);
    for (int k = 0; k < 99; k++) {
      double c = Math.cos(((k + 1) / 100.0 + 0.008) / 1.008 * Math.PI / 2) / start;
      assertEquals(c * c, schedule.remaining(k), 1e-12);
      assertEquals(1, Math.pow(schedule.signal(k), 2) + Math.pow(schedule.spread(k), 2), 1e-12);
    }
    // The last step would take everything away; its beta is cut to 0.999.
    assertEquals(1e-3 * schedule.remaining(98), schedule.remaining(99), 1e-12);
    assertTrue(schedule.remaining(99) > 0);
  }

  @Test
  void levelsAreEvenFromTheNoisiestOn() {
    NoiseSchedule schedule = new NoiseSchedule(100);
    assertArrayEquals(new int[] {99, 74, 49, 24}, schedule.levels(4));
    assertEquals(100, schedule.levels(100).length);
    assertEquals(0, schedule.levels(100)[99]);
  }
}

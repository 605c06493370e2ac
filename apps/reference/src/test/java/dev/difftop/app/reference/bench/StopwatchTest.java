package dev.difftop.app.reference.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class StopwatchTest {
  @Test
  void runsAtLeastSevenTimesAfterAWarmUp() {
    AtomicInteger runs = new AtomicInteger();
    Stopwatch.Timing timing = Stopwatch.measure(runs::incrementAndGet, 0);
    assertEquals(Stopwatch.FEWEST, timing.runs());
    assertTrue(runs.get() > timing.runs(), "some runs come before");
  }

  @Test
  void givesTheMedianOfSingleRuns() {
    AtomicInteger runs = new AtomicInteger();
    // Two of three runs wait for at least a millisecond.
    Stopwatch.Timing timing =
        Stopwatch.measure(
            () -> {
              if (runs.incrementAndGet() % 3 != 0) {
                long until = System.nanoTime() + 1_000_000;
                while (System.nanoTime() < until) {
                  LockSupport.parkNanos(until - System.nanoTime());
                }
              }
            },
            0);
    assertTrue(timing.medianMillis() >= 1, timing.toString());
    assertTrue(timing.minMillis() <= timing.medianMillis(), timing.toString());
  }
}

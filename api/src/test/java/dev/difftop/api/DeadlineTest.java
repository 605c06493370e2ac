package dev.difftop.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private long now = Long.MAX_VALUE - 5;

  @Test
  void isPastOnceTheClockHasReachedIt() {
    // The clock's origin is arbitrary: its numbers may overflow on the way.
    Deadline deadline = Deadline.after(Duration.ofNanos(10), () -> now);
    assertFalse(deadline.isPast());
    now += 9;
    assertFalse(deadline.isPast());
    now += 1;
    assertTrue(deadline.isPast());
  }

  @Test
  void noneNeverComes() {
    assertFalse(Deadline.none().isPast());
  }

  @Test
  void aNegativeTimeIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Deadline.after(Duration.ofMillis(-3), () -> now))
            .getMessage();
    assertTrue(message.contains("PT-0.003S"), message);
  }
}

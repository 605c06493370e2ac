package dev.difftop.api;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Until when a solve may run. Solvers check it between iterations: a sample that has not ended then
 * ends with {@link Status#DEADLINE} and its best iterate, so that there is an answer at any time.
 */
public final class Deadline {
  private static final Deadline NONE = new Deadline(() -> 0, 0, false);

  private final LongSupplier clock;
  private final long end;
  private final boolean limited;

  private Deadline(LongSupplier clock, long end, boolean limited) {
    this.clock = clock;
    this.end = end;
    this.limited = limited;
  }

  /** Never. */
  public static Deadline none() {
    return NONE;
  }

  /** A time from now, by the wall clock. */
  public static Deadline after(Duration limit) {
    return after(limit, System::nanoTime);
  }

  /**
   * A time from now, by another clock.
   *
   * @param limit at least zero
   * @param clock nanoseconds since an arbitrary origin, as {@link System#nanoTime}
   */
  public static Deadline after(Duration limit, LongSupplier clock) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("deadline: found " + limit + ", expected at least 0");
    }
    return new Deadline(clock, clock.getAsLong() + limit.toNanos(), true);
  }

  /** Whether it has come. */
  public boolean isPast() {
    return limited && clock.getAsLong() - end >= 0;
  }
}

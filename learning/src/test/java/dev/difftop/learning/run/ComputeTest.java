package dev.difftop.learning.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ComputeTest {
  /** A phase within another one counts for itself only. */
  @Test
  void phasesAreExclusive() {
    Compute compute = new Compute();
    compute.in("outer", () -> compute.in("inner", () -> pause(60)));
    double outer = compute.wallSeconds().get("outer");
    double inner = compute.wallSeconds().get("inner");
    assertTrue(inner >= 0.05, "inner " + inner);
    assertTrue(outer >= 0 && outer < inner, "outer " + outer + ", inner " + inner);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

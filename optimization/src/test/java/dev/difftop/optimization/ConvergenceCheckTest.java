package dev.difftop.optimization;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.Status;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a sample has converged. */
class ConvergenceCheckTest {
  @Test
  void theLargerToleranceCounts() {
    ConvergenceCheck check = new ConvergenceCheck(1e-3, 1e-2);
    assertEquals(Optional.of(Status.CONVERGED), check.check(0, 1e-3));
    assertEquals(Optional.empty(), check.check(0, 1.1e-3));
    assertEquals(Optional.of(Status.CONVERGED), check.check(-50, 0.5));
    assertEquals(Optional.empty(), check.check(-50, 0.6));
  }

  @Test
  void withoutARelativeToleranceTheCostDoesNotCount() {
    ConvergenceCheck check = new ConvergenceCheck(1e-3);
    assertEquals(Optional.empty(), check.check(1e9, 2e-3));
    assertEquals(Optional.of(Status.CONVERGED), check.check(1e9, 1e-3));
  }

  @Test
  void whatIsNotFiniteEnds() {
    ConvergenceCheck check = new ConvergenceCheck(1e-3, 1);
    for (double cost : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertEquals(Optional.of(Status.NOT_FINITE), check.check(cost, 0));
    }
    assertEquals(Optional.of(Status.NOT_FINITE), check.check(1, Double.NaN));
    assertEquals(Optional.empty(), check.check(1, Double.POSITIVE_INFINITY));
  }
}

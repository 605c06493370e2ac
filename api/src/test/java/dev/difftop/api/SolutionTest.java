package dev.difftop.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Shape;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Solutions and their builder. */
class SolutionTest {
  /** Two samples, three actions of size 1, states of size 2. */
  private static Solution.Builder complete() {
    return Solution.of(2, 3, 2, 1)
        .actions(new double[] {1, 2, 3, 4, 5, 6})
        .states(new double[16])
        .cost(new double[] {7, 8})
        .status(new Status[] {Status.CONVERGED, Status.STALLED})
        .iterations(new int[] {1, 2})
        .stationarity(new double[2]);
  }

  @Test
  void partsHaveTheirShapes() {
    Solution solution = complete().gains(new double[12], new double[6]).build();
    assertEquals(Shape.of(2, 3, 1), solution.actions().shape());
    assertEquals(Shape.of(2, 4, 2), solution.states().shape());
    assertEquals(Shape.of(2, 3, 1, 2), solution.gains().orElseThrow().feedback().shape());
    assertEquals(0.5, solution.convergedShare());
    assertEquals(Optional.empty(), solution.multipliers());
    assertEquals(Optional.empty(), solution.proposal());
    assertTrue(solution.steps().isEmpty());
  }

  @Test
  void aPartOfAnotherLengthIsRefused() {
    Solution.Builder builder = complete();
    String message =
        assertThrows(IllegalArgumentException.class, () -> builder.actions(new double[5]))
            .getMessage();
    assertTrue(message.contains("actions: found 5") && message.contains("(2, 3, 1)"), message);
    message =
        assertThrows(IllegalArgumentException.class, () -> builder.cost(new double[3]).build())
            .getMessage();
    assertTrue(message.contains("cost: found 3"), message);
  }

  @Test
  void aMissingPartIsNamed() {
    Solution.Builder builder = Solution.of(1, 1, 1, 1).actions(new double[1]);
    String message = assertThrows(IllegalStateException.class, builder::build).getMessage();
    assertTrue(message.contains("no states"), message);
    assertThrows(NullPointerException.class, () -> complete().status(new Status[2]).build());
  }

  @Test
  void oneBuiltFromAnotherKeepsWhatIsNotReplaced() {
    Solution first = complete().gains(new double[12], new double[6]).build();
    Solution second = first.toBuilder().cost(new double[] {0, 1}).build();
    assertArrayEquals(new double[] {0, 1}, second.cost());
    assertArrayEquals(new double[] {7, 8}, first.cost());
    assertEquals(first.gains(), second.gains());
    assertEquals(first.actions(), second.actions());
  }

  @Test
  void everyStatusHasAdvice() {
    for (Status status : EnumSet.allOf(Status.class)) {
      assertFalse(status.advice().isBlank() || status.advice().contains("\n"), status.name());
    }
  }
}

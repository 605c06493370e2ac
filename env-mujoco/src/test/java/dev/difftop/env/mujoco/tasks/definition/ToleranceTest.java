package dev.difftop.env.mujoco.tasks.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.env.mujoco.tasks.definition.Tolerance.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ToleranceTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void isOneAtTheBoundsAndTheValueAtTheMargin(Kind kind) {
    for (double value : new double[] {0.1, 0.5, 0.9}) {
      assertEquals(1, Tolerance.of(-2, -2, 3, 0.7, kind, value));
      assertEquals(1, Tolerance.of(3, -2, 3, 0.7, kind, value));
      assertEquals(1, Tolerance.of(0.5, -2, 3, 0.7, kind, value));
      assertEquals(value, Tolerance.of(3.7, -2, 3, 0.7, kind, value), 1e-12);
      assertEquals(value, Tolerance.of(-2.7, -2, 3, 0.7, kind, value), 1e-12);
      assertEquals(1, Tolerance.of(3 + 1e-9, -2, 3, 0.7, kind, value), 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void fallsWithTheDistanceAndIsSymmetric(Kind kind) {
    double last = 1;
    for (double d = 0.05; d < 4; d += 0.05) {
      double above = Tolerance.of(d, 0, 0, 1, kind, 0.3);
      assertEquals(above, Tolerance.of(-d, 0, 0, 1, kind, 0.3), 1e-15);
      assertTrue(above <= last && above >= 0, kind + " at " + d);
      last = above;
    }
  }

  /** Worked out by hand at half a margin (d = 0.5) with v = 0.1. */
  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN,     0.562341325190349",
    "HYPERBOLIC,   0.426401432711221",
    "LONG_TAIL,    0.307692307692308",
    "RECIPROCAL,   0.181818181818182",
    "COSINE,       0.658113883008419",
    "LINEAR,       0.55",
    "QUADRATIC,    0.775",
    "TANH_SQUARED, 0.480506146704084"
  })
  void followsItsFormula(Kind kind, double expected) {
    assertEquals(expected, Tolerance.of(0.5, 0, 0, 1, kind, 0.1), 1e-12);
  }

  @Test
  void aMarginOfZeroIsASharpEdge() {
    assertEquals(0, Tolerance.inside(1 + 1e-15, 0.5, 1));
    assertEquals(1, Tolerance.inside(1, 0.5, 1));
    assertEquals(0, Tolerance.inside(Double.NaN, 0.5, 1));
  }

  @Test
  void boundsMayBeInfinite() {
    assertEquals(1, Tolerance.of(1e300, 10, INF, 10, Kind.LINEAR, 0));
    assertEquals(0.25, Tolerance.of(2.5, 10, INF, 10, Kind.LINEAR, 0), 1e-15);
    assertEquals(0, Tolerance.of(-3, 10, INF, 10, Kind.LINEAR, 0));
  }

  @Test
  void kindsThatReachZeroMayHaveTheValueZero() {
    for (Kind kind : new Kind[] {Kind.COSINE, Kind.LINEAR, Kind.QUADRATIC}) {
      assertEquals(0, Tolerance.of(1, 0, 0, 1, kind, 0), 1e-15);
      assertEquals(0, Tolerance.of(5, 0, 0, 1, kind, 0));
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThrows(IllegalArgumentException.class, () -> Tolerance.inside(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Tolerance.nearZero(0, -1));
    assertThrows(IllegalArgumentException.class, () -> Tolerance.nearZero(0, Double.NaN));
    for (Kind kind : Kind.values()) {
      assertThrows(IllegalArgumentException.class, () -> Tolerance.of(0, 0, 0, 1, kind, 1));
      assertThrows(IllegalArgumentException.class, () -> Tolerance.of(0, 0, 0, 1, kind, -0.1));
    }
    assertThrows(IllegalArgumentException.class, () -> Tolerance.of(0, 0, 0, 1, Kind.GAUSSIAN, 0));
  }
}

package dev.difftop.learning.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class NormalizerTest {
  private static final float[] ROWS = {0, 5, 2, 5, 4, 5};

  @Test
  void gaussianHasMeanZeroAndDeviationOne() {
    Normalizer n = Normalizer.gaussian(ROWS, 2);
    assertArrayEquals(new double[] {2, 5}, n.offset(), 1e-12);
    assertEquals(Math.sqrt(8.0 / 3), n.scale()[0], 1e-12);
    assertEquals(1, n.scale()[1]);
  }

  @Test
  void numbersOfAKindShareTheirScale() {
    // Two pixels of two channels, seen twice.
    Normalizer n = Normalizer.gaussian(new float[] {0, 5, 2, 5, 4, 5, 6, 5}, 4, 2);
    assertArrayEquals(new double[] {3, 5, 3, 5}, n.offset(), 1e-12);
    assertArrayEquals(new double[] {Math.sqrt(5), 1, Math.sqrt(5), 1}, n.scale(), 1e-12);
  }

  @Test
  void minMaxFillsTheInterval() {
    Normalizer n = Normalizer.minMax(ROWS, 2);
    assertEquals(-1, n.normalize(0, 0));
    assertEquals(1, n.normalize(4, 0));
    assertEquals(0, n.normalize(5, 1));
    assertEquals(3.5, n.restore(n.normalize(3.5, 0), 0), 1e-12);
  }
}

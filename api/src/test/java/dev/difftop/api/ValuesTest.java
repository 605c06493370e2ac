package dev.difftop.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Shapes, arrays, initialisers and random streams. */
class ValuesTest {
  @Test
  void shapesKnowTheirBatch() {
    Shape shape = Shape.batched(2, 3);
    assertEquals("(B, 2, 3)", shape.toString());
    assertEquals(Shape.of(2, 3), shape.sample());
    assertEquals(Shape.of(5, 2, 3), shape.withBatch(5));
    assertEquals(6, shape.elements());
    assertEquals(3, shape.dim(-1));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -1));
    assertThrows(ArithmeticException.class, () -> Shape.of(1 << 16, 1 << 16).size());
  }

  @Test
  void arraysConvertBetweenFormats() {
    Array doubles = Array.of(new double[] {0, 1.4, 254.6, 255}, 2, 2);
    assertArrayEquals(new double[] {0, 1, 255, 255}, doubles.as(DType.UINT8).toDoubles());
    assertArrayEquals(new float[] {0, 1.4f, 254.6f, 255}, doubles.as(DType.FLOAT32).toFloats());
    assertEquals("FLOAT64 (2, 2)", doubles.toString());
  }

  @Test
  void arraysShareTheirBuffersUnderAnotherShape() {
    Array array = Array.zeros(DType.FLOAT32, Shape.of(2, 3));
    array.reshape(6).set(4, 7);
    assertEquals(7, array.get(4));
    double[] out = new double[2];
    array.read(3, out, 0, 2);
    assertArrayEquals(new double[] {0, 7}, out);
  }

  @Test
  void arraysThatDoNotFitAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Array.of(new double[3], 2, 2));
    Array array = Array.of(new double[3]);
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> array.copyFrom(Array.of(new double[4], 2, 2)));
    assertTrue(e.getMessage().contains("(2, 2)") && e.getMessage().contains("(3)"));
    assertThrows(IllegalArgumentException.class, () -> array.reshape(2, 2));
  }

  @Test
  void orthogonalInitialisersAreOrthogonal() {
    for (int[] dims : new int[][] {{3, 5}, {5, 3}, {4, 4}}) {
      double[] w =
          new Initializer.Orthogonal(2).values(Shape.of(dims), RandomStream.root(1).child("w"));
      boolean wide = dims[0] <= dims[1];
      int count = Math.min(dims[0], dims[1]);
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
          double dot = 0;
          for (int k = 0; k < Math.max(dims[0], dims[1]); k++) {
            dot +=
                wide
                    ? w[i * dims[1] + k] * w[j * dims[1] + k]
                    : w[k * dims[1] + i] * w[k * dims[1] + j];
          }
          assertEquals(i == j ? 4 : 0, dot, 1e-12);
        }
      }
    }
  }

  @Test
  void kaimingKeepsTheVariance() {
    double[] w =
        new Initializer.Kaiming(Math.sqrt(2)).values(Shape.of(200, 50), RandomStream.root(2));
    double variance = Arrays.stream(w).map(v -> v * v).average().orElseThrow();
    assertEquals(2.0 / 50, variance, 0.002);
  }

  @Test
  void xavierLooksAtBothSides() {
    double[] w = new Initializer.Xavier(2).values(Shape.of(200, 50), RandomStream.root(2));
    double variance = Arrays.stream(w).map(v -> v * v).average().orElseThrow();
    assertEquals(4 * 2.0 / 250, variance, 0.001);
    double[] b = new Initializer.Xavier(1).values(Shape.of(3), RandomStream.root(2));
    assertTrue(Arrays.stream(b).allMatch(v -> Math.abs(v) <= 1));
  }

  @Test
  void uniformStaysBetween() {
    double[] w = new Initializer.Uniform(1, 3).values(Shape.of(400), RandomStream.root(2));
    assertEquals(1, Arrays.stream(w).min().orElseThrow(), 0.05);
    assertEquals(3, Arrays.stream(w).max().orElseThrow(), 0.05);
    assertEquals(2, Arrays.stream(w).average().orElseThrow(), 0.1);
  }

  @Test
  void givenInitialisersCheckTheirLength() {
    Initializer given = new Initializer.Given(1, 2);
    assertArrayEquals(new double[] {1, 2}, given.values(Shape.of(2), RandomStream.root(0)));
    assertThrows(
        IllegalArgumentException.class, () -> given.values(Shape.of(3), RandomStream.root(0)));
  }

  @Test
  void streamsDependOnTheirPathAlone() {
    RandomStream used = RandomStream.root(7).child("a");
    used.nextDouble();
    double expected = RandomStream.root(7).child("a").child(3).nextDouble();
    assertEquals(expected, used.child(3).nextDouble());
    assertNotEquals(expected, RandomStream.root(7).child("a").child(4).nextDouble());
    assertNotEquals(expected, RandomStream.root(8).child("a").child(3).nextDouble());
    assertNotEquals(
        RandomStream.root(7).child("ab").nextLong(),
        RandomStream.root(7).child("a").child("b").nextLong());
  }
}

package dev.difftop.optimization.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weights of columns against the conditions that say when a sum is shortest. */
class SignedLeastSquaresTest {
  @Test
  void meetsTheConditionsOfAShortestSum() {
    Random random = new Random(5);
    for (int trial = 0; trial < 500; trial++) {
      int rows = 1 + random.nextInt(8);
      double[][] columns = new double[1 + random.nextInt(10)][rows];
      boolean[] isFree = new boolean[columns.length];
      for (int j = 0; j < columns.length; j++) {
        isFree[j] = random.nextInt(4) == 0;
        for (int i = 0; i < rows; i++) {
          columns[j][i] = random.nextGaussian();
        }
      }
      double[] target = new double[rows];
      int[] side = new int[rows];
      for (int i = 0; i < rows; i++) {
        target[i] = random.nextGaussian();
        side[i] = random.nextInt(4) - 1;
      }
      check(trial, columns, target, isFree, side);
    }
  }

  private static void check(
      int trial, double[][] columns, double[] target, boolean[] isFree, int[] side) {
    SignedLeastSquares squares = new SignedLeastSquares(columns, target, isFree, side, 1e-10);
    squares.solve();
    double[] counted = new double[target.length];
    for (int i = 0; i < target.length; i++) {
      double residual = -target[i];
      for (int j = 0; j < columns.length; j++) {
        residual += squares.weights()[j] * columns[j][i];
      }
      // At the low bound a positive slope is held, at the high one a negative one.
      boolean held = side[i] == 2 || residual * side[i] < 0;
      counted[i] = held ? 0 : residual;
    }
    for (int j = 0; j < columns.length; j++) {
      double slope = 0;
      for (int i = 0; i < target.length; i++) {
        slope += columns[j][i] * counted[i];
      }
      double w = squares.weights()[j];
      String where = "trial " + trial + ", column " + j;
      assertTrue(isFree[j] || w >= 0, where + ": weight " + w);
      if (isFree[j] || w > 1e-9) {
        assertEquals(0, slope, 1e-8, where);
      } else {
        assertTrue(slope >= -1e-8, where + ": slope " + slope);
      }
    }
  }

  @Test
  void ofColumnsThatAreTheSameOneHasTheWeight() {
    double[][] columns = {{1, 0}, {1, 0}, {0, 0}, {0, 2}};
    SignedLeastSquares squares =
        new SignedLeastSquares(columns, new double[] {3, 4}, new boolean[4], new int[2], 1e-10);
    squares.solve();
    assertArrayEquals(new double[] {3, 0, 0, 2}, squares.weights(), 1e-12);
    assertTrue(squares.isHeld(0));
    assertFalse(squares.isHeld(1));
    assertFalse(squares.isHeld(2));
  }
}

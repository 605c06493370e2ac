package dev.difftop.solver.gaussnewton;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import org.junit.jupiter.api.Test;

class MinimaxQpTest {
  private static final int N = 4;

  /** Random problems meet the optimality conditions of the largest of several functions. */
  @Test
  void meetsTheOptimalityConditions() {
    for (int pieces = 1; pieces <= 4; pieces++) {
      for (int seed = 0; seed < 200; seed++) {
        check(pieces, seed);
      }
    }
  }

  /** Models that overflow are refused, whichever piece does. */
  @Test
  void refusesModelsThatOverflow() {
    double[] b = {1, 0, 0, 1};
    double[] bound = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    double[] below = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int piece = 0; piece < 2; piece++) {
      double[] gradients = {1, 0, 0, 1};
      gradients[2 * piece] = 1e200;
      MinimaxQp qp = new MinimaxQp(2, 2);
      double[] weights = {0.5, 0.5};
      assertFalse(qp.solve(b, new double[] {0, 1}, gradients, below, bound, weights, 1e-9));
    }
  }

  private static void check(int pieces, int seed) {
    RandomStream random = RandomStream.root(seed);
    double[] root = draw(random, N * N);
    double[] b = new double[N * N];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        b[i * N + j] = i == j ? 0.1 : 0;
        for (int k = 0; k < N; k++) {
          b[i * N + j] += root[i * N + k] * root[j * N + k];
        }
      }
    }
    double[] low = new double[N];
    double[] high = new double[N];
    for (int i = 0; i < N; i++) {
      low[i] = -random.nextDouble();
      high[i] = random.nextDouble();
    }
    double[] values = draw(random, pieces);
    double[] slopes = draw(random, pieces * N);
    double[] weights = new double[pieces];
    weights[random.nextInt(pieces)] = 1;
    MinimaxQp qp = new MinimaxQp(N, pieces);
    String what = pieces + " pieces, seed " + seed;
    assertTrue(qp.solve(b, values, slopes, low, high, weights, 1e-9), what);

    double sum = 0;
    for (int p = 0; p < pieces; p++) {
      assertTrue(weights[p] >= 0, what);
      sum += weights[p];
      double model = values[p];
      for (int i = 0; i < N; i++) {
        model += slopes[p * N + i] * qp.step()[i];
      }
      assertTrue(weights[p] == 0 || model > -qp.decrease(values, 0) - 1e-7, what);
    }
    assertEquals(1, sum, 1e-12, what);
    for (int i = 0; i < N; i++) {
      double gradient = 0;
      for (int p = 0; p < pieces; p++) {
        gradient += weights[p] * slopes[p * N + i];
      }
      for (int j = 0; j < N; j++) {
        gradient += b[i * N + j] * qp.step()[j];
      }
      double d = qp.step()[i];
      boolean held = (d <= low[i] && gradient > 0) || (d >= high[i] && gradient < 0);
      assertTrue(held || Math.abs(gradient) < 1e-9, what);
      assertTrue(low[i] <= d && d <= high[i], what);
    }
  }

  private static double[] draw(RandomStream random, int n) {
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      out[i] = random.nextGaussian();
    }
    return out;
  }

  @Test
  void saysThatAMatrixIsNotPositiveDefinite() {
    assertFalse(solves(1, 0, 0, -1));
    assertFalse(solves(Double.NaN, 0, 0, 1));
    assertTrue(solves(1, 0, 0, 1));
  }

  private static boolean solves(double... b) {
    double[] low = new double[2];
    double[] high = {1, 1};
    double[] slopes = {-1, -1};
    return new MinimaxQp(2, 1).solve(b, new double[1], slopes, low, high, new double[] {1}, 0.1);
  }
}

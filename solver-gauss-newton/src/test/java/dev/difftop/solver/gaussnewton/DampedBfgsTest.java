package dev.difftop.solver.gaussnewton;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.optimization.Cholesky;
import org.junit.jupiter.api.Test;

class DampedBfgsTest {
  @Test
  void meetsTheSecantEquation() {
    DampedBfgs matrix = new DampedBfgs(2, 5);
    matrix.reset(3);
    assertArrayEquals(new double[] {3, 0, 0, 3}, matrix.matrix());
    double[] step = {1, 2};
    double[] change = {4, 1};
    matrix.add(step, change);
    double[] b = matrix.matrix();
    assertEquals(4, b[0] * 1 + b[1] * 2, 1e-12);
    assertEquals(1, b[2] * 1 + b[3] * 2, 1e-12);
  }

  @Test
  void staysPositiveDefiniteAlongNegativeCurvature() {
    DampedBfgs matrix = new DampedBfgs(2, 5);
    matrix.reset(1);
    matrix.add(new double[] {1, 0}, new double[] {-5, 1});
    matrix.add(new double[] {0, 1}, new double[] {1, -100});
    assertTrue(Cholesky.factorize(matrix.matrix().clone(), 2, 2));
    assertEquals(1, matrix.scale());
  }

  @Test
  void forgetsTheOldestPair() {
    DampedBfgs two = new DampedBfgs(2, 2);
    two.reset(1);
    two.add(new double[] {1, 0}, new double[] {7, 0});
    two.add(new double[] {0, 1}, new double[] {0, 3});
    two.add(new double[] {1, 1}, new double[] {2, 2});
    DampedBfgs fresh = new DampedBfgs(2, 2);
    fresh.reset(1);
    fresh.add(new double[] {0, 1}, new double[] {0, 3});
    fresh.add(new double[] {1, 1}, new double[] {2, 2});
    assertArrayEquals(fresh.matrix(), two.matrix());
  }
}

package dev.difftop.optimization.stagewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.optimization.Curvature;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lanes of one pass do not look at each other. */
class RiccatiPassTest {
  private static final int HORIZON = 6;
  private static final int NX = 3;
  private static final int NU = 2;
  private static final int N = NX + NU;

  private static void fill(double[][] entries, int lane, Random random) {
    for (double[] entry : entries) {
      entry[lane] = random.nextGaussian();
    }
  }

  private static void addToDiagonal(double[][] matrix, int n, int lane) {
    for (int i = 0; i < n; i++) {
      matrix[i * n + i][lane] += 20;
    }
  }

  /** Random numbers in all lanes, the costs convex. */
  private static StageBlock block(int width) {
    StageBlock block = new StageBlock(HORIZON, NX, NU, width);
    SecondDerivatives bend = block.bend(Curvature.EXACT);
    for (int lane = 0; lane < width; lane++) {
      block.place(
          lane, lane, new double[width * (HORIZON + 1) * NX], new double[width * HORIZON * NU]);
      Random random = new Random(lane);
      for (int t = 0; t < HORIZON; t++) {
        fill(block.jacobian[t], lane, random);
        fill(block.gradient[t], lane, random);
        fill(bend.hessian[t], lane, random);
        addToDiagonal(bend.hessian[t], N, lane);
      }
      fill(bend.last, lane, random);
      addToDiagonal(bend.last, NX, lane);
    }
    return block;
  }

  private static double[] gains(int lane, double... mu) {
    StageBlock block = block(mu.length);
    System.arraycopy(mu, 0, block.mu, 0, mu.length);
    RiccatiPass pass =
        new RiccatiPass(HORIZON, NX, NU, mu.length, RiccatiPass.Regularization.CONTROL);
    pass.run(block, block.bend(Curvature.EXACT), mu.length);
    assertTrue(pass.succeeded(lane));
    double[] feedback = new double[mu.length * HORIZON * NU * NX];
    double[] feedforward = new double[mu.length * HORIZON * NU];
    block.writeGains(lane, feedback, feedforward);
    int size = HORIZON * NU * NX;
    double[] out = Arrays.copyOfRange(feedback, lane * size, (lane + 1) * size + 1);
    out[size] = block.expected[lane];
    return out;
  }

  @Test
  void regularisationOfOneLaneIsNoneOfTheOthers() {
    for (int width : new int[] {3, 20}) {
      double[] none = new double[width];
      double[] others = new double[width];
      Arrays.fill(others, 0.7);
      others[1] = 0;
      assertArrayEquals(gains(1, none), gains(1, others));
      assertTrue(Math.abs(gains(0, none)[0] - gains(0, others)[0]) > 0, "mu does something");
      double[] alone = others.clone();
      Arrays.fill(alone, 0);
      alone[2] = 0.7;
      assertArrayEquals(gains(2, others), gains(2, alone));
    }
  }
}

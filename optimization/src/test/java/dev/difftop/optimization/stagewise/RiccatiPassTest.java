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
  private static SampleBlock block(int width) {
    SampleBlock block = new SampleBlock(HORIZON, NX, NU, width, 1);
    SecondDerivatives second = block.expansion.second(Curvature.EXACT);
    for (int lane = 0; lane < width; lane++) {
      block.place(
          lane, lane, new double[width * (HORIZON + 1) * NX], new double[width * HORIZON * NU]);
      Random random = new Random(lane);
      for (int t = 0; t < HORIZON; t++) {
        fill(block.expansion.jacobian[t], lane, random);
        fill(block.expansion.gradient[t], lane, random);
        fill(second.hessian[t], lane, random);
        addToDiagonal(second.hessian[t], N, lane);
      }
      fill(second.last, lane, random);
      addToDiagonal(second.last, NX, lane);
    }
    return block;
  }

  private static double[] gains(int lane, double... mu) {
    SampleBlock block = block(mu.length);
    System.arraycopy(mu, 0, block.gains.mu, 0, mu.length);
    RiccatiPass pass =
        new RiccatiPass(HORIZON, NX, NU, mu.length, RiccatiPass.Regularization.CONTROL);
    pass.run(block, block.expansion.second(Curvature.EXACT), mu.length);
    assertTrue(pass.succeeded(lane));
    double[] feedback = new double[mu.length * HORIZON * NU * NX];
    double[] feedforward = new double[mu.length * HORIZON * NU];
    block.write(block.gains.feedback, lane, feedback);
    block.write(block.gains.feedforward, lane, feedforward);
    int size = HORIZON * NU * NX;
    double[] out = Arrays.copyOfRange(feedback, lane * size, (lane + 1) * size + 1);
    out[size] = block.gains.expected[lane];
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

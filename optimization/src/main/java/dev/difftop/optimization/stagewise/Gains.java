package dev.difftop.optimization.stagewise;

import java.util.Arrays;

/**
 * Gains of the samples of a block, {@code u_t = ū_t + α k_t + K_t (x_t - x̄_t)}: what a backward
 * pass finds, with the regularisation μ that made it possible.
 */
public final class Gains {
  /** K, (nu, nx). */
  final double[][][] feedback;

  /** k, (nu). */
  final double[][][] feedforward;

  /** Decrease of J that the quadratic model expects of the full step. */
  final double[] expected;

  /** Regularisation of each lane. */
  final double[] mu;

  /** Step length of each lane in a rollout. */
  final double[] alpha;

  /** Whether a lane's feedback is that of its present trajectory, and no step is left to take. */
  final boolean[] hold;

  Gains(int horizon, int nx, int nu, int width) {
    this.feedback = new double[horizon][nu * nx][width];
    this.feedforward = new double[horizon][nu][width];
    this.expected = new double[width];
    this.mu = new double[width];
    this.alpha = new double[width];
    this.hold = new boolean[width];
  }

  /** Regularisation μ of a lane. */
  public double mu(int lane) {
    return mu[lane];
  }

  /** Decrease of J that the model expects of a lane's full step. */
  public double expectedDecrease(int lane) {
    return expected[lane];
  }

  /** All lanes of a rollout take steps of one length. */
  void setAlpha(double length) {
    Arrays.fill(alpha, length);
  }

  /** Zero in one lane. */
  void clear(int lane) {
    clearFeedforward(lane);
    for (double[][] entries : feedback) {
      Lanes.clearLane(entries, lane);
    }
  }

  /** Whether a lane has any feedback. */
  boolean hasFeedback(int lane) {
    for (double[][] stage : feedback) {
      for (double[] entry : stage) {
        if (entry[lane] != 0) {
          return true;
        }
      }
    }
    return false;
  }

  void clearFeedforward(int lane) {
    for (double[][] entries : feedforward) {
      Lanes.clearLane(entries, lane);
    }
  }

  /** Takes over what a backward pass found for a lane of another block. */
  void take(int lane, Gains from, int fromLane) {
    mu[lane] = from.mu[fromLane];
    expected[lane] = from.expected[fromLane];
    Lanes.copyLane(feedback, lane, from.feedback, fromLane);
    Lanes.copyLane(feedforward, lane, from.feedforward, fromLane);
  }
}

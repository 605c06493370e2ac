package dev.difftop.optimization.stagewise;

import dev.difftop.api.Problem;
import dev.difftop.optimization.Curvature;

/** What a stagewise method asks of a problem, for the samples of a {@link SampleBlock}. */
public interface StageModel extends AutoCloseable {
  /** Takes the numbers of a problem. */
  void begin(Problem problem);

  /** Whether second derivatives and Jacobians are the same everywhere. */
  boolean isQuadratic();

  /** Prepares a block whose samples were put in for the first time. */
  void load(SampleBlock block, int lanes);

  /**
   * Rolls the gains out from the present path with each lane's alpha, {@code u_t = clamp(ū_t + α
   * k_t + K_t (x_t - x̄_t))}, into the candidate.
   *
   * @param wanted lanes whose candidate is asked for; others may be left as they are
   * @param lanes how many lanes are in use
   */
  void rollOut(SampleBlock block, boolean[] wanted, int lanes);

  /**
   * Of a linear-quadratic problem: first derivatives and gaps of a path of zeros but for the first
   * state. From there one backward pass finds the optimum, and nothing need be rolled out before.
   */
  void expandFromZero(SampleBlock block, int lanes);

  /** Computes the gaps of open lanes. */
  void findGaps(SampleBlock block, int lanes);

  /** First derivatives along the path, which a rollout has led to. */
  void firstOrder(SampleBlock block, boolean[] wanted, int lanes);

  /** First derivatives along the path, wherever it comes from. */
  default void firstOrderAnew(SampleBlock block, boolean[] wanted, int lanes) {
    firstOrder(block, wanted, lanes);
  }

  /** Second derivatives along the path, with the costates of the block. */
  SecondDerivatives secondOrder(
      SampleBlock block, Curvature curvature, boolean[] wanted, int lanes);

  @Override
  void close();
}

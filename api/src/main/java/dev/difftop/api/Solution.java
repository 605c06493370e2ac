package dev.difftop.api;

import dev.difftop.api.array.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a solver found, one entry per sample.
 *
 * @param actions u, float64, shape (B, H, nu), inside the box
 * @param states x, float64, shape (B, H + 1, nx), the rollout of the actions
 * @param cost J, one per sample
 * @param status how each sample's solve ended
 * @param iterations used by each sample
 * @param stationarity largest |dJ/du| of each sample on the free set: components strictly inside
 *     the box, or on it with a gradient that points inwards
 * @param gains feedback, where the solver has it
 * @param steps the last steps of every sample, first to last, where the solver was asked to record
 *     them; see {@link StepRecording}. Entry j is the j-th kept step of each sample
 * @param multipliers of the limits of a {@link ConstrainedCost}, where the solver has them
 */
public record Solution(
    Array actions,
    Array states,
    double[] cost,
    Status[] status,
    int[] iterations,
    double[] stationarity,
    Optional<Gains> gains,
    List<Step> steps,
    Optional<Multipliers> multipliers) {
  /** A solution without multipliers. */
  public Solution(
      Array actions,
      Array states,
      double[] cost,
      Status[] status,
      int[] iterations,
      double[] stationarity,
      Optional<Gains> gains,
      List<Step> steps) {
    this(actions, states, cost, status, iterations, stationarity, gains, steps, Optional.empty());
  }

  /** A solution without recorded steps and multipliers. */
  public Solution(
      Array actions,
      Array states,
      double[] cost,
      Status[] status,
      int[] iterations,
      double[] stationarity,
      Optional<Gains> gains) {
    this(actions, states, cost, status, iterations, stationarity, gains, List.of());
  }

  /**
   * One step of a Newton method in a box, {@code u' = u + p}, as it was taken: {@code (H + λI)_FF
   * p_F = -∇J_F - H_FA p_A} on the free components F, p_A onto the bound of the held ones A.
   *
   * @param actions u before, (B, H, nu), row-major; where the step was not taken, of no meaning
   * @param step p, likewise
   * @param held A, likewise
   * @param damping λ of every sample
   * @param taken whether the sample has such a step; else it took fewer
   */
  public record Step(
      double[] actions, double[] step, boolean[] held, double[] damping, boolean[] taken) {}

  /**
   * Feedback around the solution: {@code u = u_t + K_t (x - x_t)}.
   *
   * @param feedback K, shape (B, H, nu, nx)
   * @param feedforward k, the step that was left when the solver stopped, shape (B, H, nu)
   */
  public record Gains(Array feedback, Array feedforward) {}

  /**
   * What the limits cost: at a minimum {@code ∇J + Σ μ_j ∇g_j = 0} on the free set, with {@code μ_j
   * >= 0} and {@code μ_j g_j = 0} for inequalities. Inequalities come first, then equalities.
   *
   * @param stages of every stage, shape (B, H, m), in units of J per unit of the limit
   * @param last of the last state, shape (B, m_T)
   * @param violation largest of g and |h| along each sample's trajectory, at least 0
   */
  public record Multipliers(Array stages, Array last, double[] violation) {}

  /** Status of a sample. */
  public Status status(int sample) {
    return status[sample];
  }

  /** Cost of a sample. */
  public double cost(int sample) {
    return cost[sample];
  }

  /** Share of the samples that converged, 0 to 1. */
  public double convergedShare() {
    return Arrays.stream(status).filter(Status::isConverged).count() / (double) status.length;
  }
}

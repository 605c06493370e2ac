package dev.difftop.optimization.stagewise;

import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.stagewise.SampleBlocks.Layout;

/**
 * The forward pass of iLQR: rolls gains out with step lengths 1, 1/2, 1/4, ... until the cost falls
 * by enough of what the model expects, every sample on its own. Tassa, Erez, Todorov 2012, section
 * II-F.
 */
public final class FeedbackLineSearch {
  /** A step that is expected to gain less than this share of the cost is near the optimum. */
  private static final double NEAR = 1e-4;

  private final BackwardPass.Settings damping;
  private final int maxHalvings;
  private final double sufficientDecrease;
  private final DType dtype;
  private final boolean[] searching;
  private final boolean[] stepping;

  /**
   * A search over blocks of one layout.
   *
   * @param damping how mu changes with success and failure
   * @param maxHalvings of the step
   * @param sufficientDecrease least share of the expected decrease that a step must bring
   */
  public FeedbackLineSearch(
      BackwardPass.Settings damping, int maxHalvings, double sufficientDecrease, Layout layout) {
    this.damping = damping;
    this.maxHalvings = maxHalvings;
    this.sufficientDecrease = sufficientDecrease;
    this.dtype = layout.dtype();
    this.searching = new boolean[layout.width()];
    this.stepping = new boolean[layout.width()];
  }

  /** A step of every sample that continues; one that finds none is regularised more. */
  public void run(SampleBlock b, StageModel model, int iteration) {
    System.arraycopy(b.progress.active, 0, searching, 0, b.lanes);
    b.gains.setAlpha(1);
    for (int halving = 0; halving <= maxHalvings && Progress.any(searching, b.lanes); halving++) {
      model.rollOut(b, searching, b.lanes);
      for (int l = 0; l < b.lanes; l++) {
        stepping[l] = false;
        if (searching[l]) {
          searching[l] = !tryStep(b, l);
        }
      }
      b.step(stepping);
    }
    for (int l = 0; l < b.lanes; l++) {
      if (searching[l]) {
        b.gains.mu[l] = damping.raised(b.gains.mu[l]);
        if (b.gains.mu[l] > damping.maxMu()) {
          b.end(l, Status.REGULARIZATION_LIMIT, iteration, true);
        }
      }
    }
  }

  /** Takes the step if it is good enough, else halves alpha; whether the search is over. */
  private boolean tryStep(SampleBlock b, int l) {
    if (b.gaps.isOpen(l)) {
      closeGaps(b, l);
      return true;
    }
    double decrease = b.current.cost[l] - b.candidate.cost[l];
    double alpha = b.gains.alpha[l];
    if (Rounding.hides(b.gains.expected[l], decrease, b.current.cost[l], dtype)) {
      b.stepOnTrial(l);
      stepping[l] = true;
      return true;
    }
    double expected = alpha * (2 - alpha) * b.gains.expected[l];
    if (decrease > 0 && decrease >= sufficientDecrease * expected) {
      stepping[l] = true;
      b.gains.hold[l] &= alpha == 1;
      b.gains.mu[l] = damping.lowered(b.gains.mu[l]);
      b.progress.far[l] &= b.gains.expected[l] > NEAR * Math.abs(b.current.cost[l]);
      return true;
    }
    b.gains.alpha[l] = alpha * 0.5;
    return false;
  }

  /** The full step closes all gaps; the rollout of the guess is taken if that is better. */
  private static void closeGaps(SampleBlock b, int l) {
    b.close(l);
    if (b.candidate.cost[l] < b.current.cost[l] || Double.isNaN(b.current.cost[l])) {
      b.step(l);
      b.gains.clearFeedforward(l);
    } else {
      b.gains.clear(l);
    }
  }
}

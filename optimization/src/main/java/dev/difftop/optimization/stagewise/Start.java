package dev.difftop.optimization.stagewise;

import dev.difftop.optimization.Limits;

/** How the samples of a block get their first trajectories. */
public final class Start {
  private final boolean[] chosen;

  /** For blocks of one layout. */
  public Start(SampleBlocks.Layout layout) {
    this.chosen = new boolean[layout.width()];
  }

  /** Rolls all guesses out. */
  public void rollOut(SampleBlock b, StageModel model) {
    System.arraycopy(b.progress.active, 0, chosen, 0, b.lanes);
    b.rollOutActions(model, chosen);
  }

  /**
   * Solves linear-quadratic samples without a guess from their matrices, where the limits allow a
   * step, and rolls the guesses of the others out.
   */
  public void solveOrRollOut(
      SampleBlock b, StageModel model, BackwardPass backwardPass, Limits limits) {
    if (model.isQuadratic() && limits.at(0).isEmpty()) {
      System.arraycopy(b.progress.active, 0, chosen, 0, b.lanes);
      backwardPass.solveFromZero(model, b, chosen);
    }
    for (int l = 0; l < b.lanes; l++) {
      chosen[l] = b.progress.active[l] && b.progress.ahead[l] == 0;
    }
    if (Progress.any(chosen, b.lanes)) {
      b.rollOutActions(model, chosen);
    }
  }

  /**
   * Starts from trajectories whose states all stay at the first one (multiple shooting): the first
   * step closes their gaps. The rollouts of the guesses, and how stationary they are, are
   * remembered as what there is without a step.
   */
  public void openGaps(SampleBlock b, StageModel model) {
    b.expand(model);
    for (int l = 0; l < b.lanes; l++) {
      if (b.progress.active[l]) {
        b.remember(l);
        b.openAtStart(l);
      }
    }
    model.findGaps(b, b.lanes);
  }
}

package dev.difftop.solver.ilqr;

import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.stagewise.BackwardPass;
import dev.difftop.optimization.stagewise.FeedbackLineSearch;
import dev.difftop.optimization.stagewise.SampleBlock;
import dev.difftop.optimization.stagewise.SampleBlocks;
import dev.difftop.optimization.stagewise.StageModel;
import dev.difftop.optimization.stagewise.StagewiseMethod;
import dev.difftop.optimization.stagewise.Start;

/**
 * The main loop of iterative LQR. Li and Todorov 2004; Tassa, Erez, Todorov, "Synthesis and
 * stabilization of complex behaviors through online trajectory optimization", 2012; Tassa, Mansard,
 * Todorov, "Control-limited differential dynamic programming", 2014.
 */
final class IlqrMethod implements StagewiseMethod {
  private final IlqrConfig config;
  private final ConvergenceCheck convergence;
  private final Start start;
  private final BackwardPass backwardPass;
  private final FeedbackLineSearch lineSearch;

  /** For the blocks of one thread. */
  IlqrMethod(IlqrConfig config, SampleBlocks.Layout layout) {
    this.config = config;
    this.convergence = config.check();
    this.start = new Start(layout);
    this.backwardPass = new BackwardPass(config.damping(), layout);
    this.lineSearch =
        new FeedbackLineSearch(
            config.damping(), config.maxHalvings(), config.sufficientDecrease(), layout);
  }

  @Override
  public void solve(SampleBlock samples, StageModel model, Limits limits) {
    begin(samples, model, limits);
    for (int iteration = 0; samples.anyActive(); iteration++) {
      samples.expand(model); // f_x, f_u, l_x, l_u, and from them dJ/du
      samples.check(convergence, limits, iteration, true); // dJ/du, not k: a large mu makes k small
      backwardPass.run(samples, model, iteration); // K_t, k_t from Quu + mu I
      lineSearch.run(samples, model, iteration); // u + alpha k + K dx
      samples.update(); // those that have ended make room
    }
  }

  /** The first trajectories: rollouts of the guesses, or states that jump to where they start. */
  private void begin(SampleBlock samples, StageModel model, Limits limits) {
    if (config.initialMu() == 0) {
      start.solveOrRollOut(samples, model, backwardPass, limits);
    } else {
      start.rollOut(samples, model);
    }
    if (config.start() == IlqrConfig.Start.MULTIPLE_SHOOTING && !model.isQuadratic()) {
      start.openGaps(samples, model);
    }
  }
}

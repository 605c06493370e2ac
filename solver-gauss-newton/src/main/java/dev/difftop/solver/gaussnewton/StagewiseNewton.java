package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.stagewise.BackwardPass;
import dev.difftop.optimization.stagewise.ModelStep;
import dev.difftop.optimization.stagewise.RiccatiPass;
import dev.difftop.optimization.stagewise.SampleBlock;
import dev.difftop.optimization.stagewise.SampleBlocks;
import dev.difftop.optimization.stagewise.StageModel;
import dev.difftop.optimization.stagewise.StagewiseMethod;
import dev.difftop.optimization.stagewise.Start;

/**
 * The main loop of Levenberg and Marquardt where the damped systems are solved by a recursion over
 * the stages, at a cost that grows linearly with the horizon. See {@link DenseBatch} for the same
 * method over all actions at once.
 */
final class StagewiseNewton implements StagewiseMethod {
  private final ConvergenceCheck convergence;
  private final Start start;
  private final BackwardPass undamped;
  private final ModelStep step;

  /** For the blocks of one thread. */
  StagewiseNewton(GaussNewtonConfig config, SampleBlocks.Layout layout) {
    this.convergence = config.check();
    this.start = new Start(layout);
    this.undamped =
        new BackwardPass(
            new BackwardPass.Settings(
                BackwardPass.DynamicsCurvature.NEVER,
                RiccatiPass.Regularization.CONTROL,
                10,
                config.maxDamping()),
            layout);
    this.step = new ModelStep(config.hessian().curvature, config.maxDamping(), layout);
  }

  @Override
  public void solve(SampleBlock samples, StageModel model, Limits limits) {
    start.solveOrRollOut(samples, model, undamped, limits); // no rollout of what matrices solve
    for (int iteration = 0; samples.anyActive(); iteration++) {
      samples.expand(model); // f_x, f_u, l_x, l_u, and from them dJ/du
      samples.check(convergence, limits, iteration, false);
      step.solve(samples, model, iteration); // (H + lambda I) p = -dJ/du
      step.acceptOrDamp(samples, model); // by the gain ratio
      samples.update(); // those that have ended make room
    }
  }
}

package dev.difftop.learner.modelbased.gradient;

import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.Optimizer;
import dev.difftop.learning.optim.OptimizerSettings;

/** Steps of an optimiser of its own that follows the policy gradient through the plan. */
public final class PolicyGradientStep {
  private final GradientArrays sums;
  private final Optimizer optimizer;
  private final double clip;

  /**
   * At step 0.
   *
   * @param clip largest norm of a gradient; 0 for any
   * @param steps of the whole run, for the schedule
   * @param moved parameters that it moves
   */
  public PolicyGradientStep(OptimizerSettings settings, double clip, long steps, Parameters moved) {
    this.sums = GradientArrays.zeros(moved);
    this.optimizer = new Optimizer(settings, steps, moved, sums.arrays());
    this.clip = clip;
  }

  /** Where the gradient of the next step is added. */
  public GradientArrays sums() {
    return sums;
  }

  /** Its state. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /**
   * A step along what was added, which is zero afterwards; none if a part of it was not finite.
   *
   * @param norm finite if all parts were
   * @return the same
   */
  public double take(double norm) {
    if (Double.isFinite(norm)) {
      sums.clip(clip);
      optimizer.step();
    }
    sums.clear();
    return norm;
  }
}

package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.DampingRule;
import dev.difftop.optimization.Iterate;
import dev.difftop.optimization.StepRule;

/** Steps are kept short by damping, which is raised and lowered by factors of ten. */
abstract class DampedRule implements StepRule {
  private final double initialDamping;
  private final double maxDamping;

  /** Relative to the largest diagonal entry of the curvature. */
  double damping;

  DampedRule(GaussNewtonConfig config) {
    this.initialDamping = config.initialDamping();
    this.maxDamping = config.maxDamping();
  }

  @Override
  public void begin() {
    damping = initialDamping;
  }

  @Override
  public boolean shorten() {
    damping = DampingRule.grown(damping);
    return damping <= maxDamping;
  }

  @Override
  public void adapt(Iterate at, double ratio) {
    damping = DampingRule.adapted(damping, ratio);
  }

  @Override
  public void trust() {
    damping = 0;
  }
}

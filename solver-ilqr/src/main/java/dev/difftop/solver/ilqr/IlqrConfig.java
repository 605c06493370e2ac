package dev.difftop.solver.ilqr;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link IlqrSolver}. */
record IlqrConfig(
    @Doc("most backward passes of a sample; 0 returns the rollout of the guess")
        @Range(min = 0)
        @Default("100")
        int maxIterations,
    @Doc("a sample has converged once every free |dJ/du| is at most this (cost per unit of action)")
        @Range(min = 0, open = true)
        @Default("1e-8")
        double tolerance,
    @Doc(
            "curvature of the dynamics in the backward pass (DDP): auto, where the backward pass"
                + " succeeds with it and the dynamics have it; never; always")
        @Default("auto")
        DynamicsCurvature dynamicsCurvature,
    @Doc("first regularization mu added to Quu; 0 trusts the model fully")
        @Range(min = 0)
        @Default("0")
        double initialMu,
    @Doc("give up with REGULARIZATION_LIMIT beyond this mu")
        @Range(min = 0, open = true)
        @Default("1e10")
        double maxMu,
    @Doc("most halvings of the step in a line search") @Range(min = 0, max = 60) @Default("10")
        int maxHalvings) {
  /** When second derivatives of the dynamics enter. */
  enum DynamicsCurvature {
    /** Where they help. */
    AUTO,
    /** Never: iLQR proper. */
    NEVER,
    /** Always: DDP. */
    ALWAYS
  }
}

package dev.difftop.solver.ilqr;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Formerly;
import dev.difftop.api.config.Range;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.stagewise.BackwardPass;
import dev.difftop.optimization.stagewise.RiccatiPass;

/** Settings of {@link IlqrSolver}. */
public record IlqrConfig(
    @Doc("most backward passes of a sample; 0 returns the rollout of the guess")
        @Range(min = 0)
        @Default("100")
        int maxIterations,
    @Doc("a sample has converged once every free |dJ/du| is at most this (cost per unit of action)")
        @Range(min = 0, open = true)
        @Default("1e-8")
        double tolerance,
    @Doc(
            "a sample has also converged once every free |dJ/du| is at most this share of |J|, for"
                + " costs whose scale changes, such as learned values; 0 for none")
        @Range(min = 0)
        @Default("0")
        double relativeTolerance,
    @Doc(
            "curvature of the dynamics in the backward pass (DDP): auto, where the backward pass"
                + " succeeds with it and little regularization, and the dynamics have it; never;"
                + " always")
        @Default("auto")
        BackwardPass.DynamicsCurvature dynamicsCurvature,
    @Doc(
            "what the regularization mu is added to: control, the curvature in the actions; state,"
                + " that of the value in the next state")
        @Default("control")
        RiccatiPass.Regularization regularization,
    @Doc("first regularization mu; 0 trusts the model fully") @Range(min = 0) @Default("0")
        double initialMu,
    @Doc("factor by which mu grows after a failure and shrinks after a success")
        @Range(min = 1, open = true)
        @Default("10")
        double muFactor,
    @Doc("give up with REGULARIZATION_LIMIT beyond this mu")
        @Range(min = 0, open = true)
        @Default("1e10")
        double maxMu,
    @Doc("most halvings of the step in a line search") @Range(min = 0, max = 60) @Default("10")
        int maxHalvings,
    @Doc("least share of the expected decrease of J that a step must bring")
        @Range(min = 0, max = 0.5)
        @Default("1e-4")
        double sufficientDecrease,
    @Doc(
            "where a solve starts: rollout, from the guess rolled out; multiple-shooting, from the"
                + " guessed actions with every state where it started, whose gaps the first step"
                + " closes, unless the rollout is better. Linear-quadratic problems need only the"
                + " former")
        @Default("rollout")
        Start start,
    @Doc(
            "further solves of each sample, from smooth random actions and once from a start that"
                + " feedback stabilises, of which the lowest minimum is kept; 0 starts from the"
                + " guess alone")
        @Range(min = 0, max = 1000)
        @Default("0")
        @Formerly("attempts")
        int randomRestarts,
    @Doc("threads that the samples of a batch are divided among; the results do not depend on it")
        @Range(min = 1, max = 256)
        @Default("1")
        int threads) {
  ConvergenceCheck check() {
    return new ConvergenceCheck(tolerance, relativeTolerance);
  }

  /** How mu follows success and failure. */
  BackwardPass.Settings damping() {
    return new BackwardPass.Settings(dynamicsCurvature, regularization, muFactor, maxMu);
  }

  /** The same settings with another start. */
  IlqrConfig with(Start other) {
    return new IlqrConfig(
        maxIterations,
        tolerance,
        relativeTolerance,
        dynamicsCurvature,
        regularization,
        initialMu,
        muFactor,
        maxMu,
        maxHalvings,
        sufficientDecrease,
        other,
        randomRestarts,
        threads);
  }

  /** Where a solve starts. */
  public enum Start {
    /** From a trajectory of the dynamics. */
    ROLLOUT,
    /** From states that the dynamics do not lead to. */
    MULTIPLE_SHOOTING
  }
}

package dev.difftop.solver.gaussnewton;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Formerly;
import dev.difftop.api.config.Range;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Curvature;

/** Settings of {@link GaussNewtonSolver}. */
public record GaussNewtonConfig(
    @Doc("most accepted or refused steps of a sample; 0 returns the guess")
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
            "second derivatives: exact; gauss-newton, J'J of the residuals (of a cost without"
                + " residuals the generalised form); generalized-gauss-newton, exact in the costs,"
                + " linear in the dynamics; scalar-residual, none: residual-offset + J is taken as"
                + " the one residual, whose damped step has a closed form")
        @Default("exact")
        Hessian hessian,
    @Doc("what is added to J to make the one residual of hessian: scalar-residual") @Default("1000")
        double residualOffset,
    @Doc(
            "how steps are kept short: levenberg-marquardt, by damping; dogleg, by a radius (over"
                + " all actions at once)")
        @Default("levenberg-marquardt")
        Step step,
    @Doc(
            "first damping lambda added to the diagonal: relative to its largest entry (structure"
                + " stages: as it is); 0 for none")
        @Range(min = 0)
        @Default("1e-6")
        double initialDamping,
    @Doc("give up with REGULARIZATION_LIMIT once the relative damping exceeds this")
        @Range(min = 0, open = true)
        @Default("1e12")
        double maxDamping,
    @Doc("first radius of dogleg steps, in units of the actions")
        @Range(min = 0, open = true)
        @Default("1")
        double initialRadius,
    @Doc(
            "how systems are solved: dense, over all actions at once, exact in a box; stages, by a"
                + " Riccati recursion, whose cost grows with the horizon, not with its cube; auto:"
                + " stages where horizon x actions is above 64")
        @Default("auto")
        Structure structure,
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

  /** Which second derivatives. */
  public enum Hessian {
    /** Newton. */
    EXACT(Curvature.EXACT),
    /** {@code J'J}. */
    GAUSS_NEWTON(Curvature.GAUSS_NEWTON),
    /** Exact in the costs. */
    GENERALIZED_GAUSS_NEWTON(Curvature.GENERALIZED_GAUSS_NEWTON),
    /** None. */
    SCALAR_RESIDUAL(null);

    /** The same for the programs; null without any. */
    final Curvature curvature;

    Hessian(Curvature curvature) {
      this.curvature = curvature;
    }
  }

  /** How steps are kept short. */
  public enum Step {
    /** By damping. */
    LEVENBERG_MARQUARDT,
    /** By a radius: Powell's path from the steepest descent to the Newton step. */
    DOGLEG
  }

  /** How systems are solved. */
  public enum Structure {
    /** By size. */
    AUTO,
    /** Over all actions at once. */
    DENSE,
    /** Stage by stage. */
    STAGES
  }
}

package dev.difftop.solver.gaussnewton;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.optimization.ConvergenceCheck;

/** Settings of {@link LbfgsSolver}. */
public record LbfgsConfig(
    @Doc(
            "most evaluations of J and its gradient after the first, each one an accepted or"
                + " refused step of a sample; 0 returns the guess")
        @Range(min = 0)
        @Default("200")
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
    @Doc("how many of the last steps make up the curvature") @Range(min = 1) @Default("10")
        int memory,
    @Doc(
            "largest change of a component in the first step that is tried, in halves of its box"
                + " (in units of the action where that is open)")
        @Range(min = 0, open = true)
        @Default("1")
        double firstStep,
    @Doc(
            "further solves of each sample, from smooth random actions and once from a start that"
                + " feedback stabilises, of which the lowest minimum is kept; 0 starts from the"
                + " guess alone. With more than 128 actions (horizon x actions) only the start"
                + " that feedback stabilises")
        @Range(min = 0, max = 1000)
        @Default("0")
        int randomRestarts,
    @Doc("threads that the samples of a batch are divided among; the results do not depend on it")
        @Range(min = 1, max = 256)
        @Default("1")
        int threads) {
  ConvergenceCheck check() {
    return new ConvergenceCheck(tolerance, relativeTolerance);
  }
}

package dev.difftop.solver.lagrangian;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link AugmentedLagrangianSolver}. */
public record AugmentedLagrangianConfig(
    @Doc(
            "what solves every round, without limits: ilqr, gauss-newton, lbfgs, hybrid, mppi, ...;"
                + " its own tolerance decides what is stationary, its own iteration limit holds for"
                + " each round")
        @Default("ilqr")
        Chosen<Solver> inner,
    @Doc(
            "a sample has converged once it is stationary and no limit is broken by more than this,"
                + " in units of the limits; in float32 at least 1e-5, which is rounding there")
        @Range(min = 0, open = true)
        @Default("1e-9")
        double violation,
    @Doc("most rounds, each with a solve and new multipliers") @Range(min = 1) @Default("40")
        int maxRounds,
    @Doc("first penalty on half the square of a violation, in cost per square unit of the limits")
        @Range(min = 0, open = true)
        @Default("10")
        double firstPenalty,
    @Doc("factor by which a sample's penalty grows while its violation falls too slowly")
        @Range(min = 1, open = true)
        @Default("10")
        double penaltyFactor,
    @Doc("a violation that is not at most this share of that of the round before falls too slowly")
        @Range(min = 0, max = 1, open = true)
        @Default("0.1")
        double progress,
    @Doc("largest penalty; a limit that is still broken then makes a sample infeasible")
        @Range(min = 0, open = true)
        @Default("1e7")
        double maxPenalty) {}

package acme.solver.newton;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link NewtonSolver}. */
record NewtonConfig(
    @Doc("most accepted or rejected steps of a sample; 0 returns the guess")
        @Range(min = 0)
        @Default("200")
        int maxIterations,
    @Doc("a sample has converged once every free |dJ/du| is at most this (cost per unit of action)")
        @Range(min = 0, open = true)
        @Default("1e-8")
        double tolerance,
    @Doc("threads that the samples of a batch are divided among; the results do not depend on it")
        @Range(min = 1, max = 256)
        @Default("1")
        int threads) {}

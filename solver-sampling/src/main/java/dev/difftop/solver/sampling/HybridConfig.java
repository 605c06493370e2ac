package dev.difftop.solver.sampling;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;

/** Settings of {@link HybridSolver}. */
public record HybridConfig(
    @Doc("what searches first, from the guess; its best trajectory is polished") @Default("mppi")
        Chosen<Solver> sampler,
    @Doc("what polishes, and says whether the result is stationary") @Default("lbfgs")
        Chosen<Solver> polish) {}

package dev.difftop.solver.gaussnewton;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.optimization.Curvature;

/** Settings of {@link GaussNewtonSolver}. */
record GaussNewtonConfig(
    @Doc("most accepted or refused steps of a sample; 0 returns the guess")
        @Range(min = 0)
        @Default("100")
        int maxIterations,
    @Doc("a sample has converged once every free |dJ/du| is at most this (cost per unit of action)")
        @Range(min = 0, open = true)
        @Default("1e-8")
        double tolerance,
    @Doc(
            "second derivatives: exact; gauss-newton, J'J of the residuals (of a cost without"
                + " residuals the generalised form); generalized-gauss-newton, exact in the costs,"
                + " linear in the dynamics")
        @Default("exact")
        Curvature hessian,
    @Doc("first damping lambda added to the diagonal, relative to its largest entry; 0 for none")
        @Range(min = 0)
        @Default("1e-6")
        double initialDamping,
    @Doc("give up with REGULARIZATION_LIMIT once the relative damping exceeds this")
        @Range(min = 0, open = true)
        @Default("1e12")
        double maxDamping) {}

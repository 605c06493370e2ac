package dev.difftop.learning.model;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.LinearSolve;

/** Settings of the modes in {@link AdjointMode}; each mode reads its own. */
public record AdjointOptions(
    @Doc("smoothed: mu of the log barrier, in units of the cost; towards 0 it becomes exact")
        @Range(min = 0, open = true)
        @Default("1e-3")
        double smoothing,
    @Doc("truncated: how many of the solver's last steps the gradient goes back through")
        @Range(min = 1)
        @Default("5")
        int steps,
    @Doc(
            "truncated and unroll: the curvature that the solver's steps use; set it like the"
                + " solver's")
        @Default("exact")
        Curvature stepCurvature,
    @Doc("dlm: largest gradient that is added to the cost, in cost per unit of action")
        @Range(min = 0, open = true)
        @Default("1e-3")
        double perturbation,
    @Doc(
            "exact and gauss-newton: how linear systems are solved: auto, by size; dense; cg,"
                + " conjugate gradients; riccati, along the stages")
        @Default("auto")
        LinearSolve linearSolve,
    @Doc(
            "exact, smoothed and gauss-newton: threads that share out the samples of a batch; the"
                + " results do not depend on it")
        @Range(min = 1, max = 256)
        @Default("1")
        int threads) {
  /** The same on so many threads, unless there are more. */
  public AdjointOptions onThreads(int least) {
    return new AdjointOptions(
        smoothing, steps, stepCurvature, perturbation, linearSolve, Math.max(least, threads));
  }
}

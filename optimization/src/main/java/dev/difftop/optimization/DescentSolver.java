package dev.difftop.optimization;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Engine;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A solver made by composition: a step rule (or a direction and a line search), a convergence check
 * and which second derivatives the rule reads. The rule is arithmetic on one sample; batches,
 * threads, compiled programs, deadlines, limits and statuses are added here.
 *
 * <pre>{@code
 * new DescentSolver(
 *     engine, Optional.empty(), () -> new LineSearch(new ProjectedGradient()),
 *     new ConvergenceCheck(1e-6), 500, 1)
 * }</pre>
 */
public final class DescentSolver implements Solver {
  private final int maxIterations;
  private final PlanCache<DescentBatch> plans;

  /**
   * A solver.
   *
   * @param engine compiles the programs, once for each spec, batch size and dtype
   * @param curvature which second derivatives the rule reads; empty for none
   * @param rule makes the rule of a sample
   * @param convergence which samples have converged
   * @param maxIterations most accepted or rejected steps of a sample
   * @param threads that the samples of a batch are divided among; the results do not depend on it
   */
  public DescentSolver(
      Engine engine,
      Optional<Curvature> curvature,
      Supplier<? extends StepRule> rule,
      ConvergenceCheck convergence,
      int maxIterations,
      int threads) {
    this.maxIterations = maxIterations;
    this.plans =
        new PlanCache<>(
            problem -> new DescentBatch(engine, threads, problem, curvature, convergence, rule));
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    double[] start = Guesses.inside(problem, guess);
    Limits limits = new Limits(maxIterations, deadline);
    return plans.get(problem).solve(problem, start, limits, StepListener.none());
  }

  @Override
  public void close() {
    plans.close();
  }
}

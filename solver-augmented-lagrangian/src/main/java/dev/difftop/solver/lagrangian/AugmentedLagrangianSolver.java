package dev.difftop.solver.lagrangian;

import dev.difftop.api.Deadline;
import dev.difftop.api.Parts;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.PlanCache;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Limits on states and actions beside the box, around any solver that knows none: rounds of a solve
 * of {@code J + ρ/2 Σ max(0, g + μ/ρ)² + ρ/2 Σ (h + μ/ρ)²}, after each of which {@code μ ← max(0, μ
 * + ρ g)} and {@code μ ← μ + ρ h}. Multipliers μ and penalties ρ belong to samples; they enter the
 * inner problem as context, so that it is compiled once. A finished sample is held by bounds of no
 * width, at which an inner solver stops at once. Nocedal and Wright, "Numerical Optimization",
 * section 17.4.
 *
 * <p>Statuses: once every limit is kept to {@code violation}, what the inner solver says, {@code
 * CONVERGED} if stationary to its tolerance; {@code INFEASIBLE} if the inner solves come to rest
 * and a limit is still broken, by more than rounding, at the largest penalty; {@code STALLED} if
 * rounds no longer help otherwise; {@code ITERATION_LIMIT} after the last round. The cost of the
 * solution is J alone.
 */
final class AugmentedLagrangianSolver implements Solver {
  private final Solver inner;
  private final PlanCache<LagrangianBatch> plans;

  @Inject
  AugmentedLagrangianSolver(AugmentedLagrangianConfig config, Engine engine, Parts parts) {
    if (config.firstPenalty() > config.maxPenalty()) {
      throw new IllegalArgumentException(
          "first-penalty: found %s, expected at most max-penalty, %s"
              .formatted(config.firstPenalty(), config.maxPenalty()));
    }
    this.inner = parts.make(config.inner());
    this.plans = new PlanCache<>(problem -> new LagrangianBatch(config, engine, inner, problem));
  }

  @Override
  public Optional<String> refusal(ProblemSpec spec) {
    return inner.refusal(spec.hasLimits() ? LagrangianBatch.augmented(spec) : spec);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    return problem.spec().hasLimits()
        ? plans.get(problem).solve(problem, guess, deadline, Optional.empty())
        : inner.solve(problem, guess, deadline);
  }

  /** Every round has a stream of its own. */
  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline, RandomStream random) {
    return problem.spec().hasLimits()
        ? plans.get(problem).solve(problem, guess, deadline, Optional.of(random.child("rounds")))
        : inner.solve(problem, guess, deadline, random);
  }

  @Override
  public void close() {
    plans.close();
    inner.close();
  }
}

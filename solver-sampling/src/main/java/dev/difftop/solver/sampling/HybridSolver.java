package dev.difftop.solver.sampling;

import dev.difftop.api.Deadline;
import dev.difftop.api.Parts;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Samples first and polishes the best trajectory with another solver. The result is that of the
 * polish: its point, status and stationarity are what an adjoint differentiates.
 */
final class HybridSolver implements Solver {
  private final Solver sampler;
  private final Solver polish;

  @Inject
  HybridSolver(HybridConfig config, Parts parts) {
    this.sampler = parts.make(config.sampler());
    this.polish = parts.make(config.polish());
  }

  @Override
  public Optional<String> refusal(ProblemSpec spec) {
    return sampler.refusal(spec).or(() -> polish.refusal(spec));
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    Solution sampled = sampler.solve(problem, guess, deadline);
    Solution polished = polish.solve(problem, sampled.actions(), deadline);
    int[] iterations = polished.iterations().clone();
    for (int b = 0; b < iterations.length; b++) {
      iterations[b] += sampled.iterations()[b];
    }
    return new Solution(
        polished.actions(),
        polished.states(),
        polished.cost(),
        polished.status(),
        iterations,
        polished.stationarity(),
        polished.gains(),
        polished.steps(),
        polished.multipliers());
  }

  @Override
  public void close() {
    sampler.close();
    polish.close();
  }
}

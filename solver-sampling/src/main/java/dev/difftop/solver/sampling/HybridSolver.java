package dev.difftop.solver.sampling;

import dev.difftop.api.Deadline;
import dev.difftop.api.Parts;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Sampling;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Samples first and polishes the best trajectory with another solver. The result is that of the
 * polish: its point, status and stationarity are what an adjoint differentiates. The proposal is
 * that of the sampler.
 */
final class HybridSolver implements Solver, Sampling {
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
  public void setMinDeviation(double deviation) {
    if (!(sampler instanceof Sampling sampling)) {
      throw new IllegalArgumentException(
          "solver hybrid: its sampler is %s, which has no deviation; choose mppi or cem"
              .formatted(sampler.getClass().getSimpleName()));
    }
    sampling.setMinDeviation(deviation);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    Solution sampled = sampler.solve(problem, guess, deadline);
    return joined(sampled, polish.solve(problem, sampled.actions(), deadline));
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline, RandomStream random) {
    Solution sampled = sampler.solve(problem, guess, deadline, random.child("sampler"));
    return joined(
        sampled, polish.solve(problem, sampled.actions(), deadline, random.child("polish")));
  }

  private static Solution joined(Solution sampled, Solution polished) {
    int[] iterations = polished.iterations().clone();
    for (int b = 0; b < iterations.length; b++) {
      iterations[b] += sampled.iterations()[b];
    }
    return polished.toBuilder().iterations(iterations).proposal(sampled.proposal()).build();
  }

  @Override
  public void close() {
    sampler.close();
    polish.close();
  }
}

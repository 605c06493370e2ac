package dev.difftop.solver.sampling;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Sampling;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.PlanCache;
import java.util.Optional;

/**
 * Samples trajectories around a mean that moves to the best of them. What is returned is the best
 * trajectory ever evaluated: the guess, a sample, or the last mean; the Gaussian and an elite drawn
 * by its weight are returned beside it ({@link Solution#proposal()}). It never reports {@link
 * Status#CONVERGED}, for it has no derivatives while it searches.
 *
 * <p>The random numbers are those of the stream that a solve is given; without one those of the
 * solver's own, the same in every solve. Every problem of a batch gets the same: equal problems
 * have equal solutions, in any batch and on any number of threads.
 */
abstract class SamplingSolver implements Solver, Sampling {
  private final SamplingSettings settings;
  private final PlanCache<SamplingBatch> plans;
  private double minDeviation;

  SamplingSolver(SamplingSettings settings, Engine engine, RandomStream random) {
    this.settings = settings;
    this.minDeviation = settings.minStd();
    this.plans = new PlanCache<>(problem -> new SamplingBatch(settings, engine, random, problem));
  }

  @Override
  public final void setMinDeviation(double deviation) {
    if (!(deviation >= 0 && deviation <= settings.initialStd())) {
      throw new IllegalArgumentException(
          "smallest deviation: found %s, expected 0 to initial-std, %s"
              .formatted(deviation, settings.initialStd()));
    }
    minDeviation = deviation;
  }

  @Override
  public final Solution solve(Problem problem, Array guess, Deadline deadline) {
    return solve(problem, guess, deadline, Optional.empty());
  }

  @Override
  public final Solution solve(
      Problem problem, Array guess, Deadline deadline, RandomStream random) {
    return solve(problem, guess, deadline, Optional.of(random));
  }

  private Solution solve(
      Problem problem, Array guess, Deadline deadline, Optional<RandomStream> random) {
    double[] start = Guesses.inside(problem, guess, Boxes.low(problem), Boxes.high(problem));
    return plans.get(problem).solve(problem, start, minDeviation, deadline, random);
  }

  @Override
  public final void close() {
    plans.close();
  }
}

package dev.difftop.optimization;

import dev.difftop.api.Deadline;
import dev.difftop.api.Status;
import java.util.Optional;

/**
 * When a solve must end, converged or not: after so many iterations, or at its deadline.
 *
 * @param maxIterations most iterations of a sample
 * @param deadline read once for every iteration
 */
public record Limits(int maxIterations, Deadline deadline) {
  private static final Optional<Status> ITERATIONS = Optional.of(Status.ITERATION_LIMIT);
  private static final Optional<Status> DEADLINE = Optional.of(Status.DEADLINE);

  /**
   * How samples that have not ended end at an iteration; empty while they may continue.
   *
   * @param iteration from 0
   */
  public Optional<Status> at(int iteration) {
    if (iteration >= maxIterations) {
      return ITERATIONS;
    }
    return deadline.isPast() ? DEADLINE : Optional.empty();
  }

  /**
   * The same of a sample that has done some iterations more than others, given what holds for all.
   */
  public Optional<Status> at(int iteration, Optional<Status> ofAll) {
    return ofAll.isEmpty() && iteration >= maxIterations ? ITERATIONS : ofAll;
  }
}

package dev.difftop.api;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import java.util.Optional;

/**
 * Solves trajectory problems, a batch at a time. Failing is a {@link Status} of one sample, never
 * an exception and never another sample's trouble. Exceptions are for misuse: shapes, a closed
 * solver.
 *
 * <p>It compiles what it needs for a {@link ProblemSpec} at the first problem of it and keeps that;
 * it belongs to one thread at a time.
 */
public interface Solver extends AutoCloseable {
  /**
   * Solves a batch of problems.
   *
   * @param problem what is solved; not modified
   * @param guess first actions, shape (B, H, nu); clamped to the box; not modified
   * @param deadline read between iterations; samples that are not finished then end with {@link
   *     Status#DEADLINE}. One that is past at once gives the guess, evaluated
   * @return the best iterate of every sample, with its status
   * @throws IllegalArgumentException if the guess has another shape; both are named
   */
  Solution solve(Problem problem, Array guess, Deadline deadline);

  /**
   * Solves with random numbers from a given stream, where a solver draws any: equal streams give
   * equal solutions, and a stream of another name other samples. Without one a solver draws the
   * same numbers in every solve. A solver that draws nothing ignores the stream.
   *
   * @param random the stream of this solve
   */
  default Solution solve(Problem problem, Array guess, Deadline deadline, RandomStream random) {
    return solve(problem, guess, deadline);
  }

  /** Solves without a deadline. */
  default Solution solve(Problem problem, Array guess) {
    return solve(problem, guess, Deadline.none());
  }

  /** Solves from zero actions. */
  default Solution solve(Problem problem) {
    return solve(problem, problem.zeroGuess());
  }

  /**
   * Why this solver cannot solve problems of a kind; empty if it can. Asked at assembly, so that an
   * impossible pair is refused before anything runs.
   */
  default Optional<String> refusal(ProblemSpec spec) {
    return Optional.empty();
  }

  @Override
  default void close() {}
}

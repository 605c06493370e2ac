package dev.difftop.learning;

import dev.difftop.api.array.RandomStream;
import java.util.Optional;

/**
 * Acts in an environment. Immutable and shareable between threads; everything that belongs to an
 * episode (warm starts, hidden states, queued actions, noise) lives in its {@link Actor}s.
 */
public interface Policy extends AutoCloseable {
  /** What it observes and how long its actions are. */
  PolicySignature signature();

  /** An actor that acts as well as it can: the one of evaluations. The caller closes it. */
  Actor actor();

  /** An actor that explores, where the algorithm does; the caller closes it. */
  default Optional<Actor> explorer() {
    return Optional.empty();
  }

  /** Everything it takes to make it again without its learner, shared. */
  PolicyState state();

  @Override
  void close();

  /** One actor for one thread and one environment at a time. */
  interface Actor extends AutoCloseable {
    /**
     * Begins an episode.
     *
     * @param random whatever the actor draws in this episode
     */
    void reset(RandomStream random);

    /**
     * The action for an observation.
     *
     * @param observation by name, in the environment's units, order and element types; entries that
     *     the policy does not read are ignored
     * @return shape (nu), the receiver's own; in [-1, 1] unless the policy says otherwise
     * @throws IllegalArgumentException if an observation is missing or differs from {@link
     *     #signature}; the message names it
     */
    double[] act(java.util.Map<String, dev.difftop.api.array.Array> observation);

    /** Figures since it was made, such as the share of solves that converged. */
    default Metrics statistics() {
      return Metrics.NONE;
    }

    @Override
    default void close() {}
  }
}

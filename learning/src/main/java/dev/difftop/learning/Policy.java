package dev.difftop.learning;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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

  /**
   * A policy whose action is a function of the observation alone.
   *
   * @param signature what it observes; every observation is checked against it
   * @param arrays what is saved of it
   * @param act from observations by name to the action, shape (nu), in [-1, 1]; called by several
   *     threads at once
   */
  static Policy of(
      PolicySignature signature,
      Map<String, Array> arrays,
      Function<Map<String, Array>, double[]> act) {
    return new FunctionPolicy(signature, arrays, act);
  }

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
    double[] act(Map<String, Array> observation);

    /** Figures since it was made, such as the share of solves that converged. */
    default Metrics statistics() {
      return Metrics.NONE;
    }

    @Override
    default void close() {}
  }
}

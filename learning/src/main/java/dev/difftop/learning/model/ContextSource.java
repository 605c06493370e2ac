package dev.difftop.learning.model;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import java.util.Map;

/**
 * Context leaves of the solves of a policy while it acts, such as the codes of a variational
 * autoencoder. Several candidates are solved at once; the plan that costs least is executed.
 */
public interface ContextSource {
  /** Number of candidates, at least 1. */
  int candidates();

  /** Whether the candidate that was chosen first in an episode is kept for all of it. */
  boolean isKept();

  /** A sampler for one actor, who closes it. */
  Sampler sampler();

  /** Draws leaves. */
  interface Sampler extends AutoCloseable {
    /**
     * Candidates.
     *
     * @param observation by name, as the environment gives it
     * @return by name of the leaf, each (candidates, ...)
     */
    Map<String, Array> draw(Map<String, Array> observation, RandomStream random);

    @Override
    default void close() {}
  }
}

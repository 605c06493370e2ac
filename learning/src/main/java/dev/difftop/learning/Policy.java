package dev.difftop.learning;

import dev.difftop.api.array.Array;
import java.util.Map;

/** What acts in an environment. It belongs to one thread at a time. */
public interface Policy extends AutoCloseable {
  /** Forgets the episode: warm starts, recurrent states. */
  void reset();

  /**
   * The action for an observation.
   *
   * @param observation named observations, as the environment gives them
   * @return shape (nu), in [-1, 1]
   */
  double[] act(Map<String, Array> observation);

  @Override
  void close();
}

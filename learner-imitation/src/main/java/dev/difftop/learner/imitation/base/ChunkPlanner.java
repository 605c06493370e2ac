package dev.difftop.learner.imitation.base;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;

/** Plans a chunk of actions from a history of observations, one at a time. */
public interface ChunkPlanner extends AutoCloseable {
  /**
   * Begins an episode.
   *
   * @param random what it draws in this episode
   */
  void reset(RandomStream random);

  /** The program whose inputs {@code obs/NAME} (1, frames, ...) receive the history, normalised. */
  CompiledProgram observer();

  /**
   * Plans from what the observer's inputs hold.
   *
   * @return normalised actions, (actions, nu) of the window's span; valid until the next call
   */
  double[] plan();

  @Override
  void close();
}

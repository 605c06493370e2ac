package dev.difftop.app.experiments.executor;

import java.io.IOException;

/** Starts processes of runs. Used by one thread. */
public interface RunExecutor extends AutoCloseable {
  /** How many runs it takes at once. */
  int slots();

  /**
   * Starts a run.
   *
   * @throws IOException if it cannot be started
   */
  RunProcess start(RunCommand command) throws IOException;

  /** Releases what it holds; every run has ended before. */
  @Override
  void close();
}

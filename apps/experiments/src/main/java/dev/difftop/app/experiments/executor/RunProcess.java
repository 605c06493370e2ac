package dev.difftop.app.experiments.executor;

import java.util.Map;
import java.util.OptionalInt;

/** A started run. */
public interface RunProcess {
  /**
   * The exit status, once it has ended; above 128 if signal {@code status - 128} ended it. Polled.
   *
   * @throws IllegalStateException if the executor lost it; it may be started again
   */
  OptionalInt exitStatus();

  /** Asks it to stop at its next safe point, with a checkpoint. */
  void stop();

  /** Ends it now. */
  void kill();

  /** What identifies it for other processes of the sweep; empty where they cannot see it. */
  default Map<String, Object> identity() {
    return Map.of();
  }
}

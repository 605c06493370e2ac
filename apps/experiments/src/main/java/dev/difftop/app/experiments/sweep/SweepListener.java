package dev.difftop.app.experiments.sweep;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Receives what happens in a sweep, on its thread. */
public interface SweepListener {
  /** The process of a run started. */
  default void started(PlannedRun run, boolean resumes) {}

  /**
   * The process of a run ended.
   *
   * @param values as in the ledger: reason, figures
   */
  default void ended(PlannedRun run, RunStatus status, Map<String, Object> values) {}

  /** Some time has passed. */
  default void progressed(Progress progress) {}

  /**
   * A run that is running here.
   *
   * @param name of the run
   * @param position units of its budget that are done, as far as recorded
   * @param budget all units
   * @param seconds since its process started
   */
  record Running(String name, long position, long budget, double seconds) {}

  /**
   * Where a sweep is.
   *
   * @param count all runs
   * @param finished runs
   * @param failed runs that are not started again
   * @param elsewhere runs that other processes take care of
   * @param running here
   * @param processorSeconds estimate for the whole sweep; empty before the first run finished
   * @param secondsLeft estimate; empty before the first run finished
   */
  record Progress(
      int count,
      int finished,
      int failed,
      int elsewhere,
      List<Running> running,
      OptionalDouble processorSeconds,
      OptionalDouble secondsLeft) {}
}

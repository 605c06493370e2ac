package dev.difftop.learning.run;

import dev.difftop.learning.Metrics;
import dev.difftop.learning.Position;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.rollout.Evaluation;

/** Receives what happens in a run. Called on the thread of the run; changes nothing in it. */
public interface TrainingListener {
  /** Training begins or resumes. */
  default void started(Training training) {}

  /** An update is done. */
  default void updated(Position position, Metrics metrics) {}

  /** A row of metrics is due. */
  default void logged(Position position, Metrics row) {}

  /** The policy was evaluated. */
  default void evaluated(Position position, Evaluation evaluation) {}

  /** The gradient was audited. */
  default void audited(Position position, GradientAudit.Report report) {}

  /** A checkpoint is in place. */
  default void saved(Position position) {}

  /** The run has reached its budget or was stopped. */
  default void ended(RunResult result) {}
}

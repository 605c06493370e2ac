package dev.difftop.app.experiments.sweep;

import java.util.Locale;

/** What became of a run of a sweep. */
public enum RunStatus {
  /** Never started, or stopped before its end: it starts, or resumes from its checkpoint. */
  PENDING,
  /** Reached its budget. */
  FINISHED,
  /** Ended with an exit status of its own: a bad configuration or file, a loss that diverged. */
  FAILED,
  /** A native fault or the operating system ended it. */
  CRASHED,
  /** Took longer than its time limit. */
  TIMED_OUT;

  /** As in the ledger. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** From the ledger. */
  static RunStatus of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Whether the run ended without a result. */
  public boolean isFailure() {
    return this == FAILED || this == CRASHED || this == TIMED_OUT;
  }
}

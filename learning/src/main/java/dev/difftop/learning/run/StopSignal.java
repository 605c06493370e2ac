package dev.difftop.learning.run;

/** Asks a run to stop at its next safe point; polled by the loops, never thrown. */
@FunctionalInterface
public interface StopSignal {
  /** Never stops. */
  StopSignal NEVER = () -> false;

  /** Whether to stop. */
  boolean isRequested();
}

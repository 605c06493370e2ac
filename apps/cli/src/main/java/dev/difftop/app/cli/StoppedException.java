package dev.difftop.app.cli;

/** A command was asked to stop while a policy acted, and has. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("stopped");
  }
}

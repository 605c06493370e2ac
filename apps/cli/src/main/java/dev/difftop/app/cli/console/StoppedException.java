package dev.difftop.app.cli.console;

/** A command was asked to stop while a policy acted, and has. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoppedException() {
    super("stopped");
  }
}

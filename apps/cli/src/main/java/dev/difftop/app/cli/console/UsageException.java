package dev.difftop.app.cli.console;

/** A command that cannot be carried out as it was given. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String where;

  /**
   * Wrong usage.
   *
   * @param where the option or argument; empty for the whole command
   */
  public UsageException(String where, String message) {
    super(message);
    this.where = where;
  }

  String where() {
    return where;
  }
}

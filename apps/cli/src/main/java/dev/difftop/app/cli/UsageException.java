package dev.difftop.app.cli;

/** A command that cannot be carried out as it was given. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String where;

  /**
   * Wrong usage.
   *
   * @param where the option or argument; empty for the whole command
   */
  UsageException(String where, String message) {
    super(message);
    this.where = where;
  }

  String where() {
    return where;
  }
}

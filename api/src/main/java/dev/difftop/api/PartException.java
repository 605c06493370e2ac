package dev.difftop.api;

/**
 * A part that could not be made, that failed, or that broke its contract: service, plugin, module,
 * and the cause with class and line.
 */
public final class PartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String part;

  /**
   * A failure.
   *
   * @param part service and name, such as {@code solver ilqr}
   * @param message plugin, module, source, and what went wrong
   * @param cause may be null
   */
  public PartException(String part, String message, Throwable cause) {
    super(message, cause);
    this.part = part;
  }

  /** Service and name of the plugin, such as {@code solver ilqr}. */
  public String part() {
    return part;
  }
}

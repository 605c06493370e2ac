package dev.difftop.api;

/** A part that could not be made or that failed: service, plugin, module, and the cause. */
public final class PartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String part;

  /**
   * A failure of a part.
   *
   * @param part service and name, such as {@code solver ilqr}
   * @param module name of its module
   * @param source the jar or folder that it comes from
   * @param message what went wrong
   * @param cause may be null
   */
  public PartException(String part, String module, String source, String message, Throwable cause) {
    super("%s (module %s, %s): %s".formatted(part, module, source, message), cause);
    this.part = part;
  }

  /** Service and name of the plugin, such as {@code solver ilqr}. */
  public String part() {
    return part;
  }

  /** Whether the part refused its configuration or the shapes it was given, rather than failing. */
  public boolean isRefusal() {
    return getCause() instanceof IllegalArgumentException;
  }
}

package dev.difftop.api;

/**
 * A part that refuses its configuration, the shapes it is given or an argument of a call: what it
 * threw, with service, plugin and module.
 */
public final class PartRefusalException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String part;

  /**
   * A refusal.
   *
   * @param part service and name, such as {@code solver ilqr}
   * @param message plugin, module, source, and what the part says
   */
  public PartRefusalException(String part, String message, IllegalArgumentException cause) {
    super(message, cause);
    this.part = part;
  }

  /** Service and name of the plugin, such as {@code solver ilqr}. */
  public String part() {
    return part;
  }
}

package dev.difftop.assembly.jar;

/** Says why a plugin is not accepted; never leaves this package. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedException(String reason) {
    super(reason);
  }
}

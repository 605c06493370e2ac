package dev.difftop.api.program;

/** Operands that do not fit an operation: names the operation and the shapes. */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message that names operation and shapes. */
  public ShapeException(String message) {
    super(message);
  }

  /** With the exception that it says more about. */
  ShapeException(String message, ShapeException cause) {
    super(message, cause);
  }
}

package dev.difftop.api.program;

/**
 * A number that is infinite or NaN, found by an engine that was asked to look for them. The message
 * names the operation that computed it first, where that was traced, the sample and the element,
 * and the ranges of its operands.
 */
public final class NonFiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /** With a message that says where. */
  public NonFiniteException(String message) {
    super(message);
  }
}

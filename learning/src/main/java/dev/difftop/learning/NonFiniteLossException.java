package dev.difftop.learning;

/** Learning met a loss, gradient or solution that is not finite and cannot continue. */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * What is not finite, where, and what to do.
   *
   * @param message one line, such as {@code loss is NaN in update 12; lower
   *     learner.optimizer.learning-rate}
   */
  public NonFiniteLossException(String message) {
    super(message);
  }
}

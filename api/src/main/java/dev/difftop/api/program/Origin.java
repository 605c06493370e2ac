package dev.difftop.api.program;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where in the code a tensor was traced: the first caller outside the API. What derivatives and
 * rewritings make comes from the tensor that they belong to, so that a number that goes wrong deep
 * in a gradient can be traced to a line of the plugin that wrote the mathematics.
 */
public final class Origin {
  private static final String API = "dev.difftop.api.";
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final ThreadLocal<Origin> INHERITED = new ThreadLocal<>();

  /** Null where nobody outside the API is on the stack. */
  private final StackWalker.StackFrame frame;

  private Origin(StackWalker.StackFrame frame) {
    this.frame = frame;
  }

  /** That of a tensor that is made now. */
  static Origin here() {
    Origin inherited = INHERITED.get();
    return inherited != null
        ? inherited
        : new Origin(
            WALKER.walk(
                frames ->
                    frames.filter(f -> isOutside(f.getClassName())).findFirst().orElse(null)));
  }

  static boolean isOutside(String className) {
    return !className.startsWith(API) && !className.startsWith("java.");
  }

  /** Does something whose tensors belong to another one. */
  public static <T> T of(Tensor tensor, Supplier<T> work) {
    Origin before = INHERITED.get();
    INHERITED.set(tensor.origin());
    try {
      return work.get();
    } finally {
      if (before == null) {
        INHERITED.remove();
      } else {
        INHERITED.set(before);
      }
    }
  }

  /** Module, class, method and line; empty where only the API took part. */
  public Optional<StackTraceElement> place() {
    return Optional.ofNullable(frame).map(StackWalker.StackFrame::toStackTraceElement);
  }

  /** The place as it stands in a stack trace, with its module. */
  @Override
  public String toString() {
    return place().map(StackTraceElement::toString).orElse("an unknown place");
  }
}

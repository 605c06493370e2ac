package dev.difftop.api.program;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Says whose mathematics is being traced. Calls of a plugin for its tensors go through here, so
 * that a wrong shape is reported with the plugin, the operation, both shapes and the line that was
 * wrong.
 */
public final class Tracing {
  private Tracing() {}

  /**
   * Traces a part.
   *
   * @param part what to call it, such as {@code cost goal-distance}
   * @param trace calls it
   * @throws ShapeException as the part threw it, with the part's name before its message
   * @throws IllegalArgumentException the same for other refusals
   */
  public static <T> T of(String part, Supplier<T> trace) {
    try {
      return trace.get();
    } catch (ShapeException e) {
      throw new ShapeException(part + ": " + e.getMessage() + place(e), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(part + ": " + e.getMessage(), e);
    }
  }

  /** The line outside the API that wrote the operation; nothing if the message has one already. */
  private static String place(ShapeException e) {
    return e.getCause() instanceof ShapeException
        ? ""
        : Arrays.stream(e.getStackTrace())
            .filter(frame -> Origin.isOutside(frame.getClassName()))
            .findFirst()
            .map(frame -> " (at " + frame + ")")
            .orElse("");
  }
}

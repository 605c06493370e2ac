package dev.difftop.learning.model;

import java.util.Map;
import java.util.function.BiConsumer;

/** The settings of a solver, and those of the solvers inside it. */
final class SolverSections {
  private SolverSections() {}

  /**
   * Goes through all of them.
   *
   * @param visitor receives what stands before a key of a section, such as {@code polish.}, and the
   *     section
   */
  static void each(Map<?, ?> document, BiConsumer<String, Map<?, ?>> visitor) {
    each("", document, visitor);
  }

  private static void each(
      String prefix, Map<?, ?> section, BiConsumer<String, Map<?, ?>> visitor) {
    visitor.accept(prefix, section);
    section.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner && inner.containsKey("plugin")) {
            each(prefix + key + ".", inner, visitor);
          }
        });
  }
}

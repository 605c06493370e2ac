package dev.difftop.models.cost.task;

import dev.difftop.api.Shapes;

/** Checks the sizes that a part is made for. */
final class Sizes {
  private Sizes() {}

  /**
   * Refuses other sizes.
   *
   * @param part for the message
   * @param state expected length of the state
   * @param action expected length of the action
   */
  static void require(String part, Shapes shapes, int state, int action) {
    if (shapes.stateSize() != state || shapes.actionSize() != action) {
      throw new IllegalArgumentException(
          "%s: found states of size %d and actions of size %d, expected %d and %d"
              .formatted(part, shapes.stateSize(), shapes.actionSize(), state, action));
    }
  }
}

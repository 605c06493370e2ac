package dev.difftop.learner.imitation.base;

import dev.difftop.learning.data.WindowSpan;

/**
 * What is observed for a plan and executed of it.
 *
 * @param frames observations that a plan is made from, the last ones
 * @param first index in the chunk of the action for the current step
 * @param execute actions that are executed before the next plan
 */
public record Execution(int frames, int first, int execute) {
  /**
   * Of chunks of that span, executing so many actions.
   *
   * @throws IllegalArgumentException if the chunk has fewer actions
   */
  public static Execution of(WindowSpan span, int execute) {
    int left = span.lastAction() + 1;
    if (execute > left) {
      throw new IllegalArgumentException(
          "learner.execute: found %d, but learner.%s leaves %d actions from the current step on"
              .formatted(execute, span.chunkKey(), left));
    }
    return new Execution(span.frames(), -span.firstAction(), execute);
  }

  /** Of policies that act at every step of a sequence with a memory of their own. */
  public static Execution stepwise() {
    return new Execution(1, 0, 1);
  }
}

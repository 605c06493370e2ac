package dev.difftop.api;

import dev.difftop.api.program.Tensor;
import java.util.Set;

/** What encoder, dynamics and cost have in common: leaves and heads. */
public interface Part {
  /** Declares parameters and context leaves; called once, before any program is traced. */
  default void declare(Declarations declare) {}

  /**
   * Names of further outputs of the model behind this part, such as {@code reward}, {@code q1},
   * {@code policy}: a learner makes its losses from the same heads that make the planning cost.
   */
  default Set<String> heads() {
    return Set.of();
  }

  /**
   * A head of {@link #heads()}.
   *
   * @param name its name
   * @param at state and action; a head of the state alone ignores the action
   * @return shape (B) or (B, n)
   */
  default Tensor head(String name, Stage at) {
    throw new IllegalArgumentException(
        getClass().getSimpleName() + " has no head " + name + "; it has " + heads());
  }
}

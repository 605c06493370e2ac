package dev.difftop.api;

import dev.difftop.api.program.Tensor;

/** How the state moves: {@code x_{t+1} = f(x_t, u_t)}. */
public interface Dynamics extends Part {
  /** nx, length of the state it takes and gives. */
  int stateSize();

  /** nu, length of the action it takes. */
  int actionSize();

  /** The next state, shape (B, nx). Written once, with tensors; derivatives come by themselves. */
  Tensor next(Stage at);

  /** Whether {@link #next} has second derivatives; false for a physics step that is a black box. */
  default boolean supportsSecondDerivatives() {
    return true;
  }
}

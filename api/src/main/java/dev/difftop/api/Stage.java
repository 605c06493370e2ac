package dev.difftop.api;

import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/** A {@link Point} with the action taken there. */
public final class Stage extends Point {
  private final Tensor u;

  /**
   * A stage.
   *
   * @param x state, (B, nx)
   * @param u action, (B, nu)
   * @param t index of the knot point, (B) or a shared scalar
   * @param context leaves by name
   * @param parameters the part's own parameters by name
   */
  public Stage(
      Tensor x,
      Tensor u,
      Tensor t,
      Function<String, Tensor> context,
      Function<String, Tensor> parameters) {
    super(x, t, context, parameters);
    this.u = u;
  }

  /** Action u_t, shape (B, nu). */
  public Tensor u() {
    return u;
  }
}

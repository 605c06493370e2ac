package dev.difftop.api;

import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/**
 * Where a program of a part is traced: all it may read. Nothing is captured from elsewhere, so that
 * the same program serves with other parameters (a target network), another context, and can be
 * differentiated in all of it.
 */
public class Point {
  private final Tensor x;
  private final Tensor t;
  private final Function<String, Tensor> context;
  private final Function<String, Tensor> parameters;

  /**
   * A point.
   *
   * @param x state, (B, nx)
   * @param t index of the knot point, (B) or a shared scalar
   * @param context leaves by name
   * @param parameters the part's own parameters by name
   */
  public Point(
      Tensor x, Tensor t, Function<String, Tensor> context, Function<String, Tensor> parameters) {
    this.x = x;
    this.t = t;
    this.context = context;
    this.parameters = parameters;
  }

  /** State x_t, shape (B, nx). */
  public Tensor x() {
    return x;
  }

  /** Index t of the knot point, 0 to T: (B), or a shared scalar. For tables use {@link #at}. */
  public Tensor t() {
    return t;
  }

  /**
   * A context leaf that the part has declared, shape (B, ...).
   *
   * @throws IllegalArgumentException if it was not declared
   */
  public Tensor context(String name) {
    return context.apply(name);
  }

  /**
   * A parameter that the part has declared.
   *
   * @throws IllegalArgumentException if it was not declared
   */
  public Tensor parameter(String name) {
    return parameters.apply(name);
  }

  /** The entry of this knot point in a table over time: (B, T, ...) to (B, ...). */
  public Tensor at(Tensor table) {
    return table.gather(t);
  }

  /** The same point with an action. */
  public Stage with(Tensor u) {
    return new Stage(x, u, t, context, parameters);
  }
}

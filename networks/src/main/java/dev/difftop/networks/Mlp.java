package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/**
 * A multilayer perceptron: linear layers with an activation between them, none after the last; with
 * layer normalisation before every activation if asked for. Parameters are {@code PREFIX0/weight}
 * (out, in), {@code PREFIX0/bias} (out), {@code PREFIX1/weight} and so on, and {@code
 * PREFIX0/norm/weight} (out), {@code PREFIX0/norm/bias} (out).
 */
public final class Mlp {
  private final String prefix;
  private final int in;
  private final int[] hidden;
  private final int out;
  private final Activation activation;
  private final Initializer weights;
  private final Initializer last;
  private final boolean normalized;

  /**
   * A network.
   *
   * @param prefix before the names of its parameters, such as {@code stage/}
   * @param weights initial weights of the other layers
   * @param last initial weights of the last layer
   */
  public Mlp(
      String prefix,
      int in,
      int[] hidden,
      int out,
      Activation activation,
      Initializer weights,
      Initializer last) {
    this(prefix, in, hidden, out, activation, weights, last, false);
  }

  /**
   * A network.
   *
   * @param normalized whether layers are normalised before their activation
   */
  public Mlp(
      String prefix,
      int in,
      int[] hidden,
      int out,
      Activation activation,
      Initializer weights,
      Initializer last,
      boolean normalized) {
    this.normalized = normalized;
    this.weights = weights;
    this.prefix = prefix;
    this.in = in;
    this.hidden = hidden.clone();
    this.out = out;
    this.activation = activation;
    this.last = last;
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    int width = in;
    for (int layer = 0; layer <= hidden.length; layer++) {
      boolean isLast = layer == hidden.length;
      int next = isLast ? out : hidden[layer];
      declare.parameter(prefix + layer + "/weight", Shape.of(next, width), isLast ? last : weights);
      declare.parameter(prefix + layer + "/bias", Shape.of(next), new Initializer.Constant(0));
      if (normalized && !isLast) {
        norm(layer, next).declare(declare);
      }
      width = next;
    }
  }

  /**
   * The output.
   *
   * @param x shape (B, ..., in)
   * @param parameters by full name
   * @return shape (B, ..., out)
   */
  public Tensor apply(Tensor x, Function<String, Tensor> parameters) {
    Tensor h = x;
    for (int layer = 0; layer <= hidden.length; layer++) {
      h =
          h.linear(
              parameters.apply(prefix + layer + "/weight"),
              parameters.apply(prefix + layer + "/bias"));
      if (layer < hidden.length) {
        h = normalized ? norm(layer, hidden[layer]).apply(h, parameters) : h;
        h = activation.apply(h);
      }
    }
    return h;
  }

  private LayerNorm norm(int layer, int width) {
    return new LayerNorm(prefix + layer + "/norm/", width);
  }
}

package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/**
 * A critic: linear, layer norm, tanh, linear, activation, linear to a scalar. Parameters, below its
 * prefix: {@code 0/weight}, {@code 0/bias}, {@code norm/weight}, {@code norm/bias}, {@code 1/...},
 * {@code 2/...}; the last layer starts at zero.
 */
public final class Critic {
  private static final double EPSILON = 1e-5;

  private final String prefix;
  private final int in;
  private final int width;
  private final Activation activation;
  private final Initializer weights;

  /**
   * A critic.
   *
   * @param prefix before the names of its parameters, such as {@code q1/}
   * @param in length of state and action joined
   */
  public Critic(String prefix, int in, int width, Activation activation, Initializer weights) {
    this.prefix = prefix;
    this.in = in;
    this.width = width;
    this.activation = activation;
    this.weights = weights;
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    Initializer zero = new Initializer.Constant(0);
    declare.parameter(prefix + "0/weight", Shape.of(width, in), weights);
    declare.parameter(prefix + "0/bias", Shape.of(width), zero);
    declare.parameter(prefix + "norm/weight", Shape.of(width), new Initializer.Constant(1));
    declare.parameter(prefix + "norm/bias", Shape.of(width), zero);
    declare.parameter(prefix + "1/weight", Shape.of(width, width), weights);
    declare.parameter(prefix + "1/bias", Shape.of(width), zero);
    declare.parameter(prefix + "2/weight", Shape.of(1, width), zero);
    declare.parameter(prefix + "2/bias", Shape.of(1), zero);
  }

  /** The value, shape (B), of state and action joined, shape (B, in). */
  public Tensor apply(Tensor x, Function<String, Tensor> parameters) {
    Tensor h = linear(x, 0, parameters);
    h =
        h.layerNorm(
                parameters.apply(prefix + "norm/weight"),
                parameters.apply(prefix + "norm/bias"),
                EPSILON)
            .tanh();
    h = activation.apply(linear(h, 1, parameters));
    return linear(h, 2, parameters).squeeze(1);
  }

  private Tensor linear(Tensor x, int layer, Function<String, Tensor> parameters) {
    return x.linear(
        parameters.apply(prefix + layer + "/weight"), parameters.apply(prefix + layer + "/bias"));
  }
}

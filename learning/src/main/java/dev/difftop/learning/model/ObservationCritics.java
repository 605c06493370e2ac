package dev.difftop.learning.model;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Critic;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/**
 * Two critics Q̃ of observation and action: linear, layer norm, tanh, linear, ELU, linear to a
 * scalar: the value of an executed action, without the latent states that are being learned;
 * nothing is planned with them. Parameters: {@code q1/0/weight} and so on.
 */
final class ObservationCritics {
  static final String PART = "observation-critics";

  private final int in;
  private final int width;

  /**
   * Critics of these observations.
   *
   * @throws IllegalArgumentException if an observation is no vector
   */
  ObservationCritics(Map<String, Shape> observations, int actionSize, int width) {
    int size = actionSize;
    for (Map.Entry<String, Shape> o : observations.entrySet()) {
      if (o.getValue().rank() > 1) {
        throw new IllegalArgumentException(
            "observation %s has shape %s; critics of observations read vectors: set observation-value to 0"
                .formatted(o.getKey(), o.getValue()));
      }
      size += o.getValue().size();
    }
    this.in = size;
    this.width = width;
  }

  void declare(Declarations declare) {
    critic("q1").declare(declare);
    critic("q2").declare(declare);
  }

  private Critic critic(String name) {
    return new Critic(name + "/", in, width, Activation.ELU, new Initializer.Orthogonal(1));
  }

  /** All observations and the action side by side, (B, in). */
  static Tensor joined(Collection<Tensor> observations, Tensor action) {
    Tensor all = action;
    Tensor[] parts = new Tensor[observations.size() + 1];
    int i = 0;
    for (Tensor o : observations) {
      parts[i++] = o.reshape(Shape.BATCH, o.shape().sample().size());
    }
    parts[i] = all;
    return Tensor.concat(1, parts);
  }

  /**
   * The value, (B).
   *
   * @param critic {@code q1} or {@code q2}
   * @param x observations and action, (B, in)
   * @param parameters by their own names
   */
  Tensor value(String critic, Tensor x, Function<String, Tensor> parameters) {
    return critic(critic).apply(x, parameters);
  }
}

package dev.difftop.learning.model;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/**
 * Two critics Q̃ of observation and action: linear, layer norm, tanh, linear, ELU, linear to one
 * number. They say how good an executed action was, without the latent states that are being
 * learned; nothing is planned with them. Parameters: {@code q1/0/weight} and so on.
 */
final class ObservationCritics {
  static final String PART = "observation-critics";

  private static final double EPSILON = 1e-5;

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
    for (String critic : new String[] {"q1/", "q2/"}) {
      Initializer orthogonal = new Initializer.Orthogonal(1);
      Initializer zero = new Initializer.Constant(0);
      declare.parameter(critic + "0/weight", Shape.of(width, in), orthogonal);
      declare.parameter(critic + "0/bias", Shape.of(width), zero);
      declare.parameter(critic + "norm/weight", Shape.of(width), new Initializer.Constant(1));
      declare.parameter(critic + "norm/bias", Shape.of(width), zero);
      declare.parameter(critic + "1/weight", Shape.of(width, width), orthogonal);
      declare.parameter(critic + "1/bias", Shape.of(width), zero);
      declare.parameter(critic + "2/weight", Shape.of(1, width), zero);
      declare.parameter(critic + "2/bias", Shape.of(1), zero);
    }
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
    Function<String, Tensor> own = name -> parameters.apply(critic + "/" + name);
    Tensor h = x.linear(own.apply("0/weight"), own.apply("0/bias"));
    h = h.layerNorm(own.apply("norm/weight"), own.apply("norm/bias"), EPSILON).tanh();
    h = h.linear(own.apply("1/weight"), own.apply("1/bias")).elu();
    return h.linear(own.apply("2/weight"), own.apply("2/bias")).squeeze(1);
  }
}

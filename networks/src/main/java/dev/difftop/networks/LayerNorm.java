package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/**
 * Layer normalisation: mean 0 and variance 1 along the last axis, then a learned scale and shift.
 * Parameters: {@code PREFIX weight} (n) and {@code PREFIX bias} (n). Ba, Kiros, Hinton, "Layer
 * normalization", 2016.
 *
 * @param prefix before the names of its parameters, such as {@code norm/}
 * @param size n, length of the last axis
 */
public record LayerNorm(String prefix, int size) {
  static final double EPSILON = 1e-5;

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    declare.parameter(prefix + "weight", Shape.of(size), new Initializer.Constant(1));
    declare.parameter(prefix + "bias", Shape.of(size), new Initializer.Constant(0));
  }

  /** The normalised entries, of the shape of x. */
  public Tensor apply(Tensor x, Function<String, Tensor> parameters) {
    return x.layerNorm(
        parameters.apply(prefix + "weight"), parameters.apply(prefix + "bias"), EPSILON);
  }
}

package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/**
 * A linear layer along the last axis. Parameters: {@code PREFIX weight} (out, in) and {@code PREFIX
 * bias} (out).
 *
 * @param prefix before the names of its parameters, such as {@code mean/}
 * @param in length of the last axis of its input
 * @param out length of the last axis of its output
 * @param weight initial weights
 * @param bias initial bias
 */
record Linear(String prefix, int in, int out, Initializer weight, Initializer bias) {
  /** With a bias of zero at the start. */
  Linear(String prefix, int in, int out, Initializer weight) {
    this(prefix, in, out, weight, new Initializer.Constant(0));
  }

  void declare(Declarations declare) {
    declare.parameter(prefix + "weight", Shape.of(out, in), weight);
    declare.parameter(prefix + "bias", Shape.of(out), bias);
  }

  Tensor apply(Tensor x, Function<String, Tensor> parameters) {
    return x.linear(parameters.apply(prefix + "weight"), parameters.apply(prefix + "bias"));
  }
}

package dev.difftop.networks;

import dev.difftop.api.program.Tensor;
import java.util.function.UnaryOperator;

/** Nonlinearities between the layers of a network. */
public enum Activation {
  /** {@code x} above 0, {@code e^x - 1} below; its second derivative jumps at 0. */
  ELU(Tensor::elu),
  /** {@code max(x, 0)}; its second derivative is zero. */
  RELU(Tensor::relu),
  /** Hyperbolic tangent, smooth. */
  TANH(Tensor::tanh),
  /** {@code log(1 + e^x)}, smooth. */
  SOFTPLUS(Tensor::softplus),
  /** {@code x tanh(softplus(x))}, smooth. */
  MISH(Tensor::mish);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  /** The value of every entry. */
  public Tensor apply(Tensor x) {
    return function.apply(x);
  }
}

package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A multilayer perceptron of residual blocks: a linear layer, blocks {@code h + B(φ(A(φ(h))))}, an
 * activation and a linear layer. Parameters: {@code PREFIX in/...}, {@code PREFIX 0/first/...},
 * {@code PREFIX 0/second/...}, and {@code PREFIX out/...}. The second layer of a block starts at
 * zero, so that the network starts shallow. He et al., "Identity mappings in deep residual
 * networks", 2016, without normalisation.
 */
public final class ResidualMlp {
  private final Activation activation;
  private final Linear first;
  private final List<Linear> inner = new ArrayList<>();
  private final List<Linear> outer = new ArrayList<>();
  private final Linear last;

  /**
   * A network.
   *
   * @param prefix before the names of its parameters
   * @param blocks number of residual blocks
   * @param initial initial weights of the last layer
   */
  public ResidualMlp(
      String prefix,
      int in,
      int width,
      int blocks,
      int out,
      Activation activation,
      Initializer initial) {
    Initializer weights = new Initializer.Orthogonal(1);
    this.activation = activation;
    this.first = new Linear(prefix + "in/", in, width, weights);
    for (int i = 0; i < blocks; i++) {
      inner.add(new Linear(prefix + i + "/first/", width, width, weights));
      outer.add(new Linear(prefix + i + "/second/", width, width, new Initializer.Constant(0)));
    }
    this.last = new Linear(prefix + "out/", width, out, initial);
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    first.declare(declare);
    inner.forEach(layer -> layer.declare(declare));
    outer.forEach(layer -> layer.declare(declare));
    last.declare(declare);
  }

  /** The output (B, ..., out) of x (B, ..., in). */
  public Tensor apply(Tensor x, Function<String, Tensor> parameters) {
    Tensor h = first.apply(x, parameters);
    for (int i = 0; i < inner.size(); i++) {
      Tensor inside = inner.get(i).apply(activation.apply(h), parameters);
      h = h.plus(outer.get(i).apply(activation.apply(inside), parameters));
    }
    return last.apply(activation.apply(h), parameters);
  }
}

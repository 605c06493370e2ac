package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.program.Tensor;
import java.util.Arrays;
import java.util.function.Function;

/**
 * From features to a mixture of normal distributions with diagonal covariance: a mixture density
 * network, Bishop, 1994. The means of the modes start apart. Parameters: {@code PREFIX logits/...},
 * {@code PREFIX mean/...} and {@code PREFIX deviation/...}.
 */
public final class MixtureHead {
  private final Linear logits;
  private final Linear mean;
  private final Linear deviation;
  private final int modes;
  private final int size;
  private final boolean bounded;
  private final double least;

  /**
   * A head.
   *
   * @param prefix before the names of its parameters
   * @param size length n of what is distributed
   * @param modes number of normal distributions
   * @param bounded whether means lie in (-1, 1), by a hyperbolic tangent
   * @param least added to every standard deviation, above 0
   */
  public MixtureHead(String prefix, int in, int size, int modes, boolean bounded, double least) {
    Initializer small = new Initializer.Orthogonal(0.1);
    this.logits = new Linear(prefix + "logits/", in, modes, small);
    this.mean =
        new Linear(prefix + "mean/", in, modes * size, small, new Initializer.Uniform(-1, 1));
    this.deviation = new Linear(prefix + "deviation/", in, modes * size, small);
    this.modes = modes;
    this.size = size;
    this.bounded = bounded;
    this.least = least;
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    logits.declare(declare);
    mean.declare(declare);
    deviation.declare(declare);
  }

  /** The distribution of features (B, ..., in). */
  public Mixture apply(Tensor features, Function<String, Tensor> parameters) {
    Tensor centre = eachMode(mean.apply(features, parameters));
    Tensor spread = eachMode(deviation.apply(features, parameters)).softplus().plus(least);
    return new Mixture(
        logits.apply(features, parameters), new Gaussian(bounded ? centre.tanh() : centre, spread));
  }

  private Tensor eachMode(Tensor joined) {
    int[] dims = joined.shape().dims();
    int[] split = Arrays.copyOf(dims, dims.length + 1);
    split[dims.length - 1] = modes;
    split[dims.length] = size;
    return joined.reshape(split);
  }
}

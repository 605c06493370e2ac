package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/**
 * From features to a normal distribution with diagonal covariance, its standard deviation {@code
 * softplus(.) + least}. Parameters: {@code PREFIX mean/...} and {@code PREFIX deviation/...}.
 */
public final class GaussianHead {
  private final Linear mean;
  private final Linear deviation;
  private final boolean bounded;
  private final double least;

  /**
   * A head.
   *
   * @param prefix before the names of its parameters
   * @param size length n of what is distributed
   * @param bounded whether means lie in (-1, 1), by a hyperbolic tangent
   * @param least added to every standard deviation, above 0
   */
  public GaussianHead(String prefix, int in, int size, boolean bounded, double least) {
    Initializer small = new Initializer.Orthogonal(0.1);
    this.mean = new Linear(prefix + "mean/", in, size, small);
    this.deviation = new Linear(prefix + "deviation/", in, size, small);
    this.bounded = bounded;
    this.least = least;
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    mean.declare(declare);
    deviation.declare(declare);
  }

  /** The distribution, shapes (B, ..., n), of features (B, ..., in). */
  public Gaussian apply(Tensor features, Function<String, Tensor> parameters) {
    Tensor centre = mean.apply(features, parameters);
    return new Gaussian(
        bounded ? centre.tanh() : centre,
        deviation.apply(features, parameters).softplus().plus(least));
  }
}

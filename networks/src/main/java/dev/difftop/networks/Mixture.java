package dev.difftop.networks;

import dev.difftop.api.program.Tensor;

/**
 * Mixtures of normal distributions with diagonal covariance.
 *
 * @param logits of the weights, shape (B, ..., modes)
 * @param modes the distributions, shapes (B, ..., modes, n)
 */
public record Mixture(Tensor logits, Gaussian modes) {
  /** Log density (B, ...) of values (B, ..., n). */
  public Tensor logDensity(Tensor value) {
    int axis = value.shape().rank() - 1;
    Tensor each = modes.logDensity(value.expandDims(axis));
    return logits.plus(each).logSumExp(-1).minus(logits.logSumExp(-1));
  }
}

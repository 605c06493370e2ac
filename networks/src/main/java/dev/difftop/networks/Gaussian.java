package dev.difftop.networks;

import dev.difftop.api.program.Tensor;

/**
 * Normal distributions with diagonal covariance.
 *
 * @param mean shape (B, ..., n)
 * @param deviation standard deviations, shape (B, ..., n)
 */
public record Gaussian(Tensor mean, Tensor deviation) {
  private static final double HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);

  /** Log density (B, ...) of values (B, ..., n). */
  public Tensor logDensity(Tensor value) {
    Tensor z = value.minus(mean).dividedBy(deviation);
    return z.square().times(-0.5).minus(deviation.log()).minus(HALF_LOG_TAU).sum(-1);
  }
}

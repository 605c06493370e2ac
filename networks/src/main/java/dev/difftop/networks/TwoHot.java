package dev.difftop.networks;

import dev.difftop.api.program.Tensor;

/**
 * Numbers as distributions over bins that are equally far apart in {@code symlog x = sign(x) log(1
 * + |x|)}. Hafner et al., "Mastering diverse domains through world models", 2023; Hansen, Su, Wang,
 * "TD-MPC2: scalable, robust world models for continuous control", 2024.
 *
 * @param bins number of bins, at least 2
 * @param low symlog of the number of the first bin
 * @param high symlog of the number of the last bin, above {@code low}
 */
public record TwoHot(int bins, double low, double high) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there are fewer than 2 bins, or low is not below high
   */
  public TwoHot {
    if (bins < 2 || !(low < high)) {
      throw new IllegalArgumentException(
          "two-hot: found %d bins from %s to %s, expected at least 2 and low below high"
              .formatted(bins, low, high));
    }
  }

  private Tensor centres() {
    double[] out = new double[bins];
    for (int i = 0; i < bins; i++) {
      out[i] = low + (high - low) * i / (bins - 1);
    }
    return Tensor.constant(out, bins);
  }

  /** The number (B, ...) of logits (B, ..., bins): symexp of the mean of the bins. */
  public Tensor number(Tensor logits) {
    return symexp(logits.softmax(-1).times(centres()).sum(-1));
  }

  /**
   * Cross-entropy (B, ...) of logits (B, ..., bins) from numbers (B, ...), each of which lies on
   * its two nearest bins in proportion; numbers beyond the bins lie on the last one.
   */
  public Tensor crossEntropy(Tensor logits, Tensor numbers) {
    double width = (high - low) / (bins - 1);
    Tensor x = symlog(numbers).clamp(low, high).expandDims(-1);
    Tensor weights = x.minus(centres()).abs().times(-1 / width).plus(1).relu().stopGradient();
    return logits.logSumExp(-1).minus(weights.times(logits).sum(-1));
  }

  /** {@code sign(x) log(1 + |x|)}. */
  static Tensor symlog(Tensor x) {
    return x.relu().log1p().minus(x.negate().relu().log1p());
  }

  /** {@code sign(x) (e^|x| - 1)}, with the derivative 1 at 0. */
  static Tensor symexp(Tensor x) {
    Tensor above = x.relu();
    Tensor below = x.negate().relu();
    return x.plus(above.expm1().minus(above)).minus(below.expm1().minus(below));
  }
}

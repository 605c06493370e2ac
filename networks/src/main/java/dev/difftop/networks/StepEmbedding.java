package dev.difftop.networks;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;

/**
 * Sinusoidal embedding of a scalar, such as the step of a diffusion: {@code sin(s ω_i)} and {@code
 * cos(s ω_i)} with frequencies {@code ω_i} from 1 to 1/10000 in equal ratios. Vaswani et al.,
 * "Attention is all you need", 2017, section 3.5. It has no parameters.
 *
 * @param size length of the embedding; even, at least 4
 */
public record StepEmbedding(int size) {
  private static final double LOWEST = 1e-4;

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is odd or below 4
   */
  public StepEmbedding {
    if (size < 4 || size % 2 != 0) {
      throw new IllegalArgumentException(
          "step embedding: found size %d, expected an even number of at least 4".formatted(size));
    }
  }

  /** The embedding (B, size) of scalars (B). */
  public Tensor apply(Tensor steps) {
    int half = size / 2;
    double[] frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = Math.pow(LOWEST, i / (half - 1.0));
    }
    Tensor angles = steps.reshape(Shape.BATCH, 1).times(frequencies);
    return Tensor.concat(1, angles.sin(), angles.cos());
  }
}

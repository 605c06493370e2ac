package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/**
 * Group normalisation of sequences (B, L, channels): mean 0 and variance 1 over the steps and the
 * channels of a group, then a learned scale and shift of each channel. Parameters: {@code PREFIX
 * weight} (channels) and {@code PREFIX bias} (channels). Wu, He, "Group normalization", 2018.
 *
 * @param prefix before the names of its parameters
 * @param channels length of the last axis
 * @param groups number of groups; divides the channels
 */
public record GroupNorm(String prefix, int channels, int groups) {
  /**
   * Checks the groups.
   *
   * @throws IllegalArgumentException if they do not divide the channels
   */
  public GroupNorm {
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          "group normalisation: found %d channels in %d groups, expected a divisor of the channels"
              .formatted(channels, groups));
    }
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    declare.parameter(prefix + "weight", Shape.of(channels), new Initializer.Constant(1));
    declare.parameter(prefix + "bias", Shape.of(channels), new Initializer.Constant(0));
  }

  /** The normalised sequence, (B, L, channels). */
  public Tensor apply(Tensor x, Function<String, Tensor> parameters) {
    int length = x.shape().dim(1);
    Tensor grouped = x.reshape(Shape.BATCH, length, groups, channels / groups);
    Tensor mean = grouped.mean(1, 3).reshape(Shape.BATCH, 1, groups, 1);
    Tensor centred = grouped.minus(mean);
    Tensor variance = centred.square().mean(1, 3).reshape(Shape.BATCH, 1, groups, 1);
    Tensor inverse = variance.plus(LayerNorm.EPSILON).sqrt().reciprocal();
    return centred
        .times(inverse)
        .reshape(Shape.BATCH, length, channels)
        .times(parameters.apply(prefix + "weight"))
        .plus(parameters.apply(prefix + "bias"));
  }
}

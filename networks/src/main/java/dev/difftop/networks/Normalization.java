package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.function.Function;

/** Normalisation of a latent state, which bounds its scale. */
public enum Normalization {
  /** Nothing. */
  NONE,
  /** Mean 0 and variance 1 over the components, then a learned scale and shift. */
  LAYER_NORM,
  /**
   * A softmax over every 8 components, so that they lie on simplices. Hansen, Su, Wang, "TD-MPC2:
   * scalable, robust world models for continuous control", 2024.
   */
  SIM_NORM;

  private static final int SIMPLEX = 8;
  private static final double EPSILON = 1e-5;

  /**
   * Checks a size.
   *
   * @throws IllegalArgumentException if simplices do not fill it
   */
  public void check(int size) {
    if (this == SIM_NORM && size % SIMPLEX != 0) {
      throw new IllegalArgumentException(
          "normalization sim-norm: found a latent size of %d, expected a multiple of %d"
              .formatted(size, SIMPLEX));
    }
  }

  /** Declares {@code norm/weight} and {@code norm/bias} where it has them. */
  public void declare(int size, Declarations declare) {
    if (this == LAYER_NORM) {
      declare.parameter("norm/weight", Shape.of(size), new Initializer.Constant(1));
      declare.parameter("norm/bias", Shape.of(size), new Initializer.Constant(0));
    }
  }

  /** The normalised state, shape (B, size). */
  public Tensor apply(Tensor z, int size, Function<String, Tensor> parameters) {
    return switch (this) {
      case NONE -> z;
      case LAYER_NORM ->
          z.layerNorm(parameters.apply("norm/weight"), parameters.apply("norm/bias"), EPSILON);
      case SIM_NORM ->
          z.reshape(Shape.BATCH, size / SIMPLEX, SIMPLEX).softmax(-1).reshape(Shape.BATCH, size);
    };
  }
}

package dev.difftop.models.encoder;

import dev.difftop.api.Encoder;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;

/** All observations of a problem as one vector. */
final class Observations {
  private Observations() {}

  static int size(Shapes shapes) {
    if (shapes.observations().isEmpty()) {
      throw new IllegalArgumentException(
          "encoder: found no observations, expected at least one of environment or dataset");
    }
    return shapes.observations().values().stream().mapToInt(Shape::size).sum();
  }

  /** Joined in the order of the shapes, (B, n). */
  static Tensor joined(Shapes shapes, Encoder.Reading at) {
    Tensor[] parts =
        shapes.observations().entrySet().stream()
            .map(o -> at.observation(o.getKey()).reshape(Shape.BATCH, o.getValue().size()))
            .toArray(Tensor[]::new);
    return Tensor.concat(1, parts);
  }
}

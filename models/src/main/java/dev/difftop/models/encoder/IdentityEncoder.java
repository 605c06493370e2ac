package dev.difftop.models.encoder;

import dev.difftop.api.Encoder;
import dev.difftop.api.Shapes;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/** The observations as they are, joined in their order: {@code z_0 = o}. */
public final class IdentityEncoder implements Encoder {
  private final Shapes shapes;
  private final int size;

  @Inject
  public IdentityEncoder(Shapes shapes) {
    this.shapes = shapes;
    this.size = Observations.size(shapes);
  }

  @Override
  public int stateSize() {
    return size;
  }

  @Override
  public Tensor encode(Reading at) {
    return Observations.joined(shapes, at);
  }
}

package dev.difftop.models.dynamics;

import dev.difftop.api.Dynamics;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * {@code x' = x}: nothing moves. For a cost that scores a whole chunk of actions at once, as the
 * released code of DiffTOP does when it imitates, with horizon 1.
 */
final class StillDynamics implements Dynamics {
  private final Shapes shapes;

  @Inject
  StillDynamics(Shapes shapes) {
    this.shapes = shapes;
  }

  @Override
  public int stateSize() {
    return shapes.stateSize();
  }

  @Override
  public int actionSize() {
    return shapes.actionSize();
  }

  @Override
  public Tensor next(Stage at) {
    return at.x();
  }
}

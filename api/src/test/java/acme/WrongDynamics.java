package acme;

import dev.difftop.api.Dynamics;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;

/** Dynamics of a third party that add shapes which do not fit. */
public final class WrongDynamics implements Dynamics {
  @Override
  public int stateSize() {
    return 3;
  }

  @Override
  public int actionSize() {
    return 2;
  }

  @Override
  public Tensor next(Stage at) {
    return at.x().plus(Tensor.zeros(Shape.of(4)));
  }
}

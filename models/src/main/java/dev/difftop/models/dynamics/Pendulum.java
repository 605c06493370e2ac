package dev.difftop.models.dynamics;

import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * A pendulum with torque u, state (θ, ω), θ = 0 upright, semi-implicit Euler:
 *
 * <pre>
 *   ω' = ω + dt (3g/(2l) sin θ + 3u/(m l²)),   θ' = θ + dt ω'
 * </pre>
 *
 * Parameters: {@code g}, {@code m}, {@code l}.
 */
public final class Pendulum implements Dynamics {
  private final PendulumConfig config;

  @Inject
  public Pendulum(PendulumConfig config) {
    this.config = config;
  }

  @Override
  public void declare(Declarations declare) {
    declare.parameter("g", Shape.scalar(), new Initializer.Constant(config.gravity()));
    declare.parameter("m", Shape.scalar(), new Initializer.Constant(config.mass()));
    declare.parameter("l", Shape.scalar(), new Initializer.Constant(config.length()));
  }

  @Override
  public int stateSize() {
    return 2;
  }

  @Override
  public int actionSize() {
    return 1;
  }

  @Override
  public Tensor next(Stage at) {
    Tensor theta = at.x().get(1, 0);
    Tensor omega = at.x().get(1, 1);
    Tensor u = at.u().get(1, 0);
    Tensor g = at.parameter("g");
    Tensor m = at.parameter("m");
    Tensor l = at.parameter("l");
    Tensor pull = theta.sin().times(g.times(1.5).dividedBy(l));
    Tensor push = u.times(m.times(l.square()).reciprocal().times(3));
    Tensor nextOmega = omega.plus(pull.plus(push).times(config.dt()));
    return Tensor.stack(1, theta.plus(nextOmega.times(config.dt())), nextOmega);
  }
}

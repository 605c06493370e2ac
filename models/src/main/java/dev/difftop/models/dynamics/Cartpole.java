package dev.difftop.models.dynamics;

import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * A pole on a cart with force u, state (position, velocity, θ, ω), θ = 0 upright, explicit Euler.
 * With total mass M = mc + mp:
 *
 * <pre>
 *   q  = (u + mp l ω² sin θ) / M
 *   ω̇ = (g sin θ - q cos θ) / (l (4/3 - mp cos² θ / M))
 *   v̇ = q - mp l ω̇ cos θ / M
 * </pre>
 *
 * Barto, Sutton, Anderson 1983, without friction. Parameters: {@code g}, {@code mc}, {@code mp},
 * {@code l}.
 */
public final class Cartpole implements Dynamics {
  private final CartpoleConfig config;

  @Inject
  public Cartpole(CartpoleConfig config) {
    this.config = config;
  }

  @Override
  public void declare(Declarations declare) {
    declare.parameter("g", Shape.scalar(), new Initializer.Constant(config.gravity()));
    declare.parameter("mc", Shape.scalar(), new Initializer.Constant(config.cartMass()));
    declare.parameter("mp", Shape.scalar(), new Initializer.Constant(config.poleMass()));
    declare.parameter("l", Shape.scalar(), new Initializer.Constant(config.halfLength()));
  }

  @Override
  public int stateSize() {
    return 4;
  }

  @Override
  public int actionSize() {
    return 1;
  }

  @Override
  public Tensor next(Stage at) {
    Tensor position = at.x().get(1, 0);
    Tensor velocity = at.x().get(1, 1);
    Tensor theta = at.x().get(1, 2);
    Tensor omega = at.x().get(1, 3);
    Tensor mp = at.parameter("mp");
    Tensor l = at.parameter("l");
    Tensor total = at.parameter("mc").plus(mp);
    Tensor sin = theta.sin();
    Tensor cos = theta.cos();
    Tensor q = at.u().get(1, 0).plus(omega.square().times(sin).times(mp.times(l))).dividedBy(total);
    Tensor lever = cos.square().times(mp.dividedBy(total)).negate().plus(4.0 / 3).times(l);
    Tensor angular = sin.times(at.parameter("g")).minus(q.times(cos)).dividedBy(lever);
    Tensor linear = q.minus(angular.times(cos).times(mp.times(l).dividedBy(total)));
    return Tensor.stack(
        1,
        position.plus(velocity.times(config.dt())),
        velocity.plus(linear.times(config.dt())),
        theta.plus(omega.times(config.dt())),
        omega.plus(angular.times(config.dt())));
  }
}

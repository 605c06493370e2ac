package dev.difftop.models;

import dev.difftop.api.Declarations;
import dev.difftop.api.Initializer;
import dev.difftop.api.Point;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Shape;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * {@code 1/2 [q_x p² + q_v v² + q_c (cos θ - 1)² + q_s sin² θ + q_w ω² + r u²]} for a pole on a
 * cart, θ = 0 upright; at the end the same without u, times a factor. Parameters: {@code q_x},
 * {@code q_v}, {@code q_c}, {@code q_s}, {@code q_w}, {@code r}.
 */
final class CartpoleSwingup implements ResidualCost {
  private final CartpoleSwingupConfig config;

  @Inject
  CartpoleSwingup(CartpoleSwingupConfig config) {
    if (java.util.Arrays.stream(config.order()).distinct().count() != 4) {
      throw new IllegalArgumentException(
          "order: found %s, expected each of 0, 1, 2, 3 once"
              .formatted(java.util.Arrays.toString(config.order())));
    }
    this.config = config;
  }

  @Override
  public void declare(Declarations declare) {
    declare.parameter("q_x", Shape.scalar(), new Initializer.Constant(config.position()));
    declare.parameter("q_v", Shape.scalar(), new Initializer.Constant(config.velocity()));
    declare.parameter("q_c", Shape.scalar(), new Initializer.Constant(config.cosine()));
    declare.parameter("q_s", Shape.scalar(), new Initializer.Constant(config.sine()));
    declare.parameter("q_w", Shape.scalar(), new Initializer.Constant(config.angularVelocity()));
    declare.parameter("r", Shape.scalar(), new Initializer.Constant(config.action()));
  }

  @Override
  public Tensor stageResidual(Stage at) {
    Tensor effort = at.u().times(at.parameter("r").sqrt());
    return Tensor.concat(1, stateResidual(at), effort);
  }

  @Override
  public Tensor terminalResidual(Point at) {
    return config.terminal() == 0 ? null : stateResidual(at).times(Math.sqrt(config.terminal()));
  }

  private Tensor stateResidual(Point at) {
    Tensor theta = component(at, 2);
    return Tensor.stack(
        1,
        component(at, 0).times(at.parameter("q_x").sqrt()),
        component(at, 1).times(at.parameter("q_v").sqrt()),
        theta.cos().minus(1).times(at.parameter("q_c").sqrt()),
        theta.sin().times(at.parameter("q_s").sqrt()),
        component(at, 3).times(at.parameter("q_w").sqrt()));
  }

  private Tensor component(Point at, int which) {
    return at.x().get(1, config.order()[which]);
  }
}

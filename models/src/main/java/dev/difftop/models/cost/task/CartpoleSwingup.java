package dev.difftop.models.cost.task;

import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;
import java.util.Arrays;

/**
 * {@code 1/2 [q_x p² + q_v v² + q_c (cos θ - 1)² + q_s sin² θ + q_w ω² + r u²]} for a pole on a
 * cart, θ = 0 upright; at the end the same without u, times a factor. Parameters: {@code q_x},
 * {@code q_v}, {@code q_c}, {@code q_s}, {@code q_w}, {@code r}.
 */
public final class CartpoleSwingup implements ResidualCost {
  private final CartpoleSwingupConfig config;

  @Inject
  public CartpoleSwingup(CartpoleSwingupConfig config, Shapes shapes) {
    Sizes.require("cartpole-swingup", shapes, 4, 1);
    if (config.order().length != 4 || Arrays.stream(config.order()).distinct().count() != 4) {
      throw new IllegalArgumentException(
          "order: found %s, expected each of 0, 1, 2, 3 once"
              .formatted(Arrays.toString(config.order())));
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
  public Tensor stage(Stage at) {
    return terms(at).cost();
  }

  @Override
  public Tensor stageResidual(Stage at) {
    return terms(at).residuals();
  }

  @Override
  public Terminal terminal(Point at) {
    return config.terminal() == 0
        ? Terminal.none()
        : Terminal.of(stateTerms(at).cost().times(config.terminal()));
  }

  @Override
  public Tensor terminalResidual(Point at) {
    return config.terminal() == 0
        ? null
        : stateTerms(at).residuals().times(Math.sqrt(config.terminal()));
  }

  private WeightedSquares terms(Stage at) {
    return stateTerms(at).add(at.u().get(1, 0), at.parameter("r"));
  }

  private WeightedSquares stateTerms(Point at) {
    Tensor theta = component(at, 2);
    return new WeightedSquares()
        .add(component(at, 0), at.parameter("q_x"))
        .add(component(at, 1), at.parameter("q_v"))
        .add(theta.cos().minus(1), at.parameter("q_c"))
        .add(theta.sin(), at.parameter("q_s"))
        .add(component(at, 3), at.parameter("q_w"));
  }

  private Tensor component(Point at, int which) {
    return at.x().get(1, config.order()[which]);
  }
}

package dev.difftop.models.cost.task;

import dev.difftop.api.Declarations;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * {@code 1/2 [q_c (cos θ - 1)² + q_s sin² θ + q_w ω² + r u²]} for the state (θ, ω); nothing at the
 * end. Parameters: {@code q_c}, {@code q_s}, {@code q_w}, {@code r}.
 */
public final class PendulumSwingup implements ResidualCost {
  private final PendulumSwingupConfig config;

  @Inject
  public PendulumSwingup(PendulumSwingupConfig config, Shapes shapes) {
    Sizes.require("pendulum-swingup", shapes, 2, 1);
    this.config = config;
  }

  @Override
  public void declare(Declarations declare) {
    declare.parameter("q_c", Shape.scalar(), new Initializer.Constant(config.cosine()));
    declare.parameter("q_s", Shape.scalar(), new Initializer.Constant(config.sine()));
    declare.parameter("q_w", Shape.scalar(), new Initializer.Constant(config.velocity()));
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

  private static WeightedSquares terms(Stage at) {
    Tensor theta = at.x().get(1, 0);
    return new WeightedSquares()
        .add(theta.cos().minus(1), at.parameter("q_c"))
        .add(theta.sin(), at.parameter("q_s"))
        .add(at.x().get(1, 1), at.parameter("q_w"))
        .add(at.u().get(1, 0), at.parameter("r"));
  }
}

package dev.difftop.models;

import dev.difftop.api.Declarations;
import dev.difftop.api.Initializer;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Shape;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * {@code 1/2 [q_c (cos θ - 1)² + q_s sin² θ + q_w ω² + r u²]} for the state (θ, ω); nothing at the
 * end. Parameters: {@code q_c}, {@code q_s}, {@code q_w}, {@code r}.
 */
final class PendulumSwingup implements ResidualCost {
  private final PendulumSwingupConfig config;

  @Inject
  PendulumSwingup(PendulumSwingupConfig config) {
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
  public Tensor stageResidual(Stage at) {
    Tensor theta = at.x().get(1, 0);
    return Tensor.stack(
        1,
        theta.cos().minus(1).times(at.parameter("q_c").sqrt()),
        theta.sin().times(at.parameter("q_s").sqrt()),
        at.x().get(1, 1).times(at.parameter("q_w").sqrt()),
        at.u().get(1, 0).times(at.parameter("r").sqrt()));
  }
}

package dev.difftop.models.cost;

import dev.difftop.api.Point;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/** {@code l(x, u) = 1/2 |x - g|² + 1/2 rho |u|²}, and {@code 1/2 |x - g|²} at the end. */
public final class GoalDistanceCost implements ResidualCost {
  private final GoalDistanceConfig config;

  @Inject
  public GoalDistanceCost(GoalDistanceConfig config, Shapes shapes) {
    if (config.goal().length != shapes.stateSize()) {
      throw new IllegalArgumentException(
          "goal: found %d numbers, expected %d, the size of the state"
              .formatted(config.goal().length, shapes.stateSize()));
    }
    this.config = config;
  }

  @Override
  public Tensor stageResidual(Stage at) {
    Tensor effort = at.u().times(Math.sqrt(config.actionWeight()));
    return Tensor.concat(1, at.x().minus(config.goal()), effort);
  }

  @Override
  public Tensor terminalResidual(Point at) {
    return at.x().minus(config.goal());
  }
}

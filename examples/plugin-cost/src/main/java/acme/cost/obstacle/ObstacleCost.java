package acme.cost.obstacle;

import dev.difftop.api.Cost;
import dev.difftop.api.Point;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * {@code l(x, u) = 1/2 |x - g|² + h exp(-|x - o|² / (2 w²)) + 1/2 rho |u|²}, at the end without the
 * penalty on the action. Written once, with tensors of a whole batch: derivatives come by themselves.
 */
final class ObstacleCost implements Cost {
  private final ObstacleConfig config;

  @Inject
  ObstacleCost(ObstacleConfig config, Shapes shapes) {
    require("goal", config.goal(), shapes.stateSize());
    require("obstacle", config.obstacle(), shapes.stateSize());
    this.config = config;
  }

  private static void require(String key, double[] found, int expected) {
    if (found.length != expected) {
      throw new IllegalArgumentException(
          "%s: found %d numbers, expected %d, the size of the state"
              .formatted(key, found.length, expected));
    }
  }

  @Override
  public Tensor stage(Stage at) {
    Tensor effort = at.u().square().sum(1).times(0.5 * config.actionWeight());
    return place(at.x()).plus(effort);
  }

  @Override
  public Terminal terminal(Point at) {
    return Terminal.of(place(at.x()));
  }

  /** What it costs to be there: (B, nx) to (B). */
  private Tensor place(Tensor x) {
    Tensor toGoal = x.minus(config.goal()).square().sum(1).times(0.5);
    Tensor toObstacle = x.minus(config.obstacle()).square().sum(1);
    double scale = -0.5 / (config.width() * config.width());
    return toGoal.plus(toObstacle.times(scale).exp().times(config.height()));
  }
}

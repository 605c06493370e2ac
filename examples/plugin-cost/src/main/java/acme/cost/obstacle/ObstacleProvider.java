package acme.cost.obstacle;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link ObstacleCost} under the name {@code obstacle}. */
public final class ObstacleProvider implements CostProvider<ObstacleConfig> {
  @Override
  public String name() {
    return "obstacle";
  }

  @Override
  public String summary() {
    return "squared distance to a goal, with a hill where the obstacle is";
  }

  @Override
  public Class<ObstacleConfig> configType() {
    return ObstacleConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return ObstacleCost.class;
  }
}

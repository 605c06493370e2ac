package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link GoalDistanceCost} under the name {@code goal-distance}. */
public final class GoalDistanceProvider implements CostProvider<GoalDistanceConfig> {
  @Override
  public String name() {
    return "goal-distance";
  }

  @Override
  public String summary() {
    return "squared distance to a goal state, plus a control penalty";
  }

  @Override
  public Class<GoalDistanceConfig> configType() {
    return GoalDistanceConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return GoalDistanceCost.class;
  }
}

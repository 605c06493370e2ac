package dev.difftop.models.cost;

import dev.difftop.api.CostProvider;
import dev.difftop.testkit.CostContract;

class GoalDistanceCostTest extends CostContract<GoalDistanceConfig> {
  @Override
  protected CostProvider<GoalDistanceConfig> provider() {
    return new GoalDistanceProvider();
  }

  @Override
  protected GoalDistanceConfig config() {
    return new GoalDistanceConfig(new double[] {1, -2}, 0.01);
  }
}

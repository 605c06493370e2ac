package dev.difftop.models.cost.task;

import dev.difftop.api.CostProvider;
import dev.difftop.testkit.CostContract;

class PendulumSwingupTest extends CostContract<PendulumSwingupConfig> {
  @Override
  protected CostProvider<PendulumSwingupConfig> provider() {
    return new PendulumSwingupProvider();
  }

  @Override
  protected PendulumSwingupConfig config() {
    return new PendulumSwingupConfig(1, 0.7, 0.1, 0.01);
  }
}

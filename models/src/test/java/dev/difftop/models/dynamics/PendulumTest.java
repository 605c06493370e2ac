package dev.difftop.models.dynamics;

import dev.difftop.api.DynamicsProvider;
import dev.difftop.testkit.DynamicsContract;

class PendulumTest extends DynamicsContract<PendulumConfig> {
  @Override
  protected DynamicsProvider<PendulumConfig> provider() {
    return new PendulumProvider();
  }

  @Override
  protected PendulumConfig config() {
    return new PendulumConfig(0.05, 9.81, 1, 1);
  }
}

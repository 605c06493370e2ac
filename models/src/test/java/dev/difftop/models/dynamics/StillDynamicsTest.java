package dev.difftop.models.dynamics;

import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Shapes;
import dev.difftop.testkit.DynamicsContract;
import java.util.Map;

class StillDynamicsTest extends DynamicsContract<StillDynamicsConfig> {
  @Override
  protected DynamicsProvider<StillDynamicsConfig> provider() {
    return new StillDynamicsProvider();
  }

  @Override
  protected StillDynamicsConfig config() {
    return new StillDynamicsConfig();
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 4);
  }
}

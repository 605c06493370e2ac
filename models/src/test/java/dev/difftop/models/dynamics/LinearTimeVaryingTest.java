package dev.difftop.models.dynamics;

import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Shapes;
import dev.difftop.testkit.DynamicsContract;
import java.util.Map;

class LinearTimeVaryingTest extends DynamicsContract<LinearTimeVaryingConfig> {
  @Override
  protected DynamicsProvider<LinearTimeVaryingConfig> provider() {
    return new LinearTimeVaryingProvider();
  }

  @Override
  protected LinearTimeVaryingConfig config() {
    return new LinearTimeVaryingConfig(4);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 3);
  }
}

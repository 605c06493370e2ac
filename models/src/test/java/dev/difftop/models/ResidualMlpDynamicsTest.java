package dev.difftop.models;

import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Shapes;
import dev.difftop.models.dynamics.MlpDynamicsConfig;
import dev.difftop.models.dynamics.MlpDynamicsProvider;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.DynamicsContract;
import java.util.Map;

class ResidualMlpDynamicsTest extends DynamicsContract<MlpDynamicsConfig> {
  @Override
  protected DynamicsProvider<MlpDynamicsConfig> provider() {
    return new MlpDynamicsProvider();
  }

  @Override
  protected MlpDynamicsConfig config() {
    return new MlpDynamicsConfig(new int[] {}, Activation.TANH, true, WeightInitializer.ORTHOGONAL);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 4);
  }
}

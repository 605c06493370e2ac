package dev.difftop.models;

import dev.difftop.api.CostProvider;
import dev.difftop.api.Shapes;
import dev.difftop.models.cost.ValueModelConfig;
import dev.difftop.models.cost.ValueModelProvider;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.CostContract;
import java.util.Map;

class SoftValueModelTest extends CostContract<ValueModelConfig> {
  @Override
  protected CostProvider<ValueModelConfig> provider() {
    return new ValueModelProvider();
  }

  @Override
  protected ValueModelConfig config() {
    return new ValueModelConfig(
        8, Activation.TANH, ValueModelConfig.Value.SOFT_MIN, 0.5, WeightInitializer.ORTHOGONAL);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 3);
  }
}

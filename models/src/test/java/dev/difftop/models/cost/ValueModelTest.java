package dev.difftop.models.cost;

import dev.difftop.api.CostProvider;
import dev.difftop.api.Shapes;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.CostContract;
import java.util.Map;

class ValueModelTest extends CostContract<ValueModelConfig> {
  @Override
  protected CostProvider<ValueModelConfig> provider() {
    return new ValueModelProvider();
  }

  @Override
  protected ValueModelConfig config() {
    return new ValueModelConfig(
        8, Activation.ELU, ValueModelConfig.Value.MIN, 0.1, WeightInitializer.ORTHOGONAL);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 3);
  }
}

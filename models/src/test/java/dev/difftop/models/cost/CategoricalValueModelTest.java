package dev.difftop.models.cost;

import dev.difftop.api.CostProvider;
import dev.difftop.api.Shapes;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.CostContract;
import java.util.Map;

class CategoricalValueModelTest extends CostContract<CategoricalValueModelConfig> {
  @Override
  protected CostProvider<CategoricalValueModelConfig> provider() {
    return new CategoricalValueModelProvider();
  }

  @Override
  protected CategoricalValueModelConfig config() {
    return new CategoricalValueModelConfig(
        6, 3, 5, -2, 2, Activation.MISH, WeightInitializer.ORTHOGONAL);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 3);
  }
}

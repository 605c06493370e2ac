package dev.difftop.models.cost;

import dev.difftop.api.CostProvider;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Shape;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.CostContract;
import java.util.List;
import java.util.Map;

class MlpCostTest extends CostContract<MlpCostConfig> {
  @Override
  protected CostProvider<MlpCostConfig> provider() {
    return new MlpCostProvider();
  }

  @Override
  protected MlpCostConfig config() {
    return new MlpCostConfig(
        new int[] {6, 5}, Activation.MISH, true, WeightInitializer.ORTHOGONAL, List.of("code"));
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 3).withContext(Map.of("code", Shape.of(2)));
  }
}

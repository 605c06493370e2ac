package dev.difftop.models.cost;

import dev.difftop.api.CostProvider;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Shape;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.CostContract;
import java.util.List;
import java.util.Map;

class MlpResidualCostTest extends CostContract<MlpResidualCostConfig> {
  @Override
  protected CostProvider<MlpResidualCostConfig> provider() {
    return new MlpResidualCostProvider();
  }

  @Override
  protected MlpResidualCostConfig config() {
    return new MlpResidualCostConfig(
        new int[] {6}, 4, Activation.SOFTPLUS, WeightInitializer.ORTHOGONAL, List.of("code"));
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 3).withContext(Map.of("code", Shape.of(2)));
  }
}

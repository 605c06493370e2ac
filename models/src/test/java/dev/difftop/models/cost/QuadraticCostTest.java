package dev.difftop.models.cost;

import dev.difftop.api.CostProvider;
import dev.difftop.api.Shapes;
import dev.difftop.testkit.CostContract;
import java.util.Map;

class QuadraticCostTest extends CostContract<QuadraticCostConfig> {
  @Override
  protected CostProvider<QuadraticCostConfig> provider() {
    return new QuadraticCostProvider();
  }

  @Override
  protected QuadraticCostConfig config() {
    return new QuadraticCostConfig(4);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 3);
  }
}

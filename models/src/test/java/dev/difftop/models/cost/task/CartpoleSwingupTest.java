package dev.difftop.models.cost.task;

import dev.difftop.api.CostProvider;
import dev.difftop.api.Shapes;
import dev.difftop.testkit.CostContract;
import java.util.Map;

class CartpoleSwingupTest extends CostContract<CartpoleSwingupConfig> {
  @Override
  protected CostProvider<CartpoleSwingupConfig> provider() {
    return new CartpoleSwingupProvider();
  }

  @Override
  protected CartpoleSwingupConfig config() {
    return new CartpoleSwingupConfig(new int[] {0, 2, 1, 3}, 1, 0.1, 1, 1, 0.1, 0.01, 3);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 1, 4);
  }
}

package dev.difftop.models.dynamics;

import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Shapes;
import dev.difftop.testkit.DynamicsContract;
import java.util.Map;

class CartpoleTest extends DynamicsContract<CartpoleConfig> {
  @Override
  protected DynamicsProvider<CartpoleConfig> provider() {
    return new CartpoleProvider();
  }

  @Override
  protected CartpoleConfig config() {
    return new CartpoleConfig(0.05, 9.81, 1, 0.1, 0.5);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 1, 4);
  }
}

package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link QuadraticCost} under the name {@code quadratic}. */
public final class QuadraticCostProvider implements CostProvider<QuadraticCostConfig> {
  @Override
  public String name() {
    return "quadratic";
  }

  @Override
  public String summary() {
    return "1/2 w' C_t w + c_t w in w = [x_t; u_t], with C and c of every sample its own";
  }

  @Override
  public Class<QuadraticCostConfig> configType() {
    return QuadraticCostConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return QuadraticCost.class;
  }
}

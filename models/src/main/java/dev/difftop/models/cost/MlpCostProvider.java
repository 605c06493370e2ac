package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link MlpCost} under the name {@code mlp}. */
public final class MlpCostProvider implements CostProvider<MlpCostConfig> {
  @Override
  public String name() {
    return "mlp";
  }

  @Override
  public String summary() {
    return "a learned stage cost and a learned terminal cost, one network each";
  }

  @Override
  public Class<MlpCostConfig> configType() {
    return MlpCostConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return MlpCost.class;
  }
}

package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link MlpResidualCost} under the name {@code mlp-residual}. */
public final class MlpResidualCostProvider implements CostProvider<MlpResidualCostConfig> {
  @Override
  public String name() {
    return "mlp-residual";
  }

  @Override
  public String summary() {
    return "half the squared outputs of a network: a learned cost that is never negative";
  }

  @Override
  public Class<MlpResidualCostConfig> configType() {
    return MlpResidualCostConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return MlpResidualCost.class;
  }
}

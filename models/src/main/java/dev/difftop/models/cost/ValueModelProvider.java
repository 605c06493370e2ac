package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link ValueModel} under the name {@code value-model}. */
public final class ValueModelProvider implements CostProvider<ValueModelConfig> {
  @Override
  public String name() {
    return "value-model";
  }

  @Override
  public String summary() {
    return "reward, two critics and a policy in latent space (TD-MPC); minus the planned return";
  }

  @Override
  public Class<ValueModelConfig> configType() {
    return ValueModelConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return ValueModel.class;
  }
}

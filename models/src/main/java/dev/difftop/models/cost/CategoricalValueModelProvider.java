package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link CategoricalValueModel} under the name {@code categorical-value-model}. */
public final class CategoricalValueModelProvider
    implements CostProvider<CategoricalValueModelConfig> {
  @Override
  public String name() {
    return "categorical-value-model";
  }

  @Override
  public String summary() {
    return "two-hot rewards, an ensemble of two-hot critics and a Gaussian policy in latent space"
        + " (TD-MPC2); minus the planned return";
  }

  @Override
  public Class<CategoricalValueModelConfig> configType() {
    return CategoricalValueModelConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return CategoricalValueModel.class;
  }
}

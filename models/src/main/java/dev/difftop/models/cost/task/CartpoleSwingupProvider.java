package dev.difftop.models.cost.task;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link CartpoleSwingup} under the name {@code cartpole-swingup}. */
public final class CartpoleSwingupProvider implements CostProvider<CartpoleSwingupConfig> {
  @Override
  public String name() {
    return "cartpole-swingup";
  }

  @Override
  public String summary() {
    return "squared distances of a cartpole to the upright in the middle";
  }

  @Override
  public Class<CartpoleSwingupConfig> configType() {
    return CartpoleSwingupConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return CartpoleSwingup.class;
  }
}

package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link LimitedCost} under the name {@code limited}. */
public final class LimitedProvider implements CostProvider<LimitedConfig> {
  @Override
  public String name() {
    return "limited";
  }

  @Override
  public String summary() {
    return "another cost with limits on states and a state to end in";
  }

  @Override
  public Class<LimitedConfig> configType() {
    return LimitedConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return LimitedCost.class;
  }
}

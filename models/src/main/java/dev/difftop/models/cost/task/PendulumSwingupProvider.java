package dev.difftop.models.cost.task;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link PendulumSwingup} under the name {@code pendulum-swingup}. */
public final class PendulumSwingupProvider implements CostProvider<PendulumSwingupConfig> {
  @Override
  public String name() {
    return "pendulum-swingup";
  }

  @Override
  public String summary() {
    return "squared distances of a pendulum to the upright";
  }

  @Override
  public Class<PendulumSwingupConfig> configType() {
    return PendulumSwingupConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return PendulumSwingup.class;
  }
}

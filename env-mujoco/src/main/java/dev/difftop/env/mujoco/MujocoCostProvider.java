package dev.difftop.env.mujoco;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;

/** Offers {@link MujocoCost} under the name {@code mujoco}. */
public final class MujocoCostProvider implements CostProvider<MujocoCostConfig> {
  @Override
  public String name() {
    return "mujoco";
  }

  @Override
  public String summary() {
    return "weighted squares of what can be measured in a MuJoCo model: joints, bodies, sensors";
  }

  @Override
  public Class<MujocoCostConfig> configType() {
    return MujocoCostConfig.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return MujocoCost.class;
  }
}

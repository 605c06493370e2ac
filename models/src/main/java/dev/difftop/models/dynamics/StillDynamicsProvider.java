package dev.difftop.models.dynamics;

import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;

/** Offers {@link StillDynamics} under the name {@code still}. */
public final class StillDynamicsProvider implements DynamicsProvider<StillDynamicsConfig> {
  @Override
  public String name() {
    return "still";
  }

  @Override
  public String summary() {
    return "the state stays as it is: for a cost that scores a chunk of actions at once";
  }

  @Override
  public Class<StillDynamicsConfig> configType() {
    return StillDynamicsConfig.class;
  }

  @Override
  public Class<? extends Dynamics> implementation() {
    return StillDynamics.class;
  }
}

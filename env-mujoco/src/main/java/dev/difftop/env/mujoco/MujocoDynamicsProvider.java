package dev.difftop.env.mujoco;

import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;

/** Offers {@link MujocoDynamics} under the name {@code mujoco}. */
public final class MujocoDynamicsProvider implements DynamicsProvider<MujocoDynamicsConfig> {
  @Override
  public String name() {
    return "mujoco";
  }

  @Override
  public String summary() {
    return "the true physics of a MuJoCo task, with Jacobians by finite differences";
  }

  @Override
  public Class<MujocoDynamicsConfig> configType() {
    return MujocoDynamicsConfig.class;
  }

  @Override
  public Class<? extends Dynamics> implementation() {
    return MujocoDynamics.class;
  }
}

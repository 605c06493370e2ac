package dev.difftop.models.dynamics;

import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;

/** Offers {@link Pendulum} under the name {@code pendulum}. */
public final class PendulumProvider implements DynamicsProvider<PendulumConfig> {
  @Override
  public String name() {
    return "pendulum";
  }

  @Override
  public String summary() {
    return "a pendulum with torque, semi-implicit Euler";
  }

  @Override
  public Class<PendulumConfig> configType() {
    return PendulumConfig.class;
  }

  @Override
  public Class<? extends Dynamics> implementation() {
    return Pendulum.class;
  }
}

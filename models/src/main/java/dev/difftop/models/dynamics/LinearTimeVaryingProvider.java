package dev.difftop.models.dynamics;

import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;

/** Offers {@link LinearTimeVarying} under the name {@code linear-time-varying}. */
public final class LinearTimeVaryingProvider implements DynamicsProvider<LinearTimeVaryingConfig> {
  @Override
  public String name() {
    return "linear-time-varying";
  }

  @Override
  public String summary() {
    return "x_{t+1} = F_t [x_t; u_t] + f_t, with F and f of every sample its own";
  }

  @Override
  public Class<LinearTimeVaryingConfig> configType() {
    return LinearTimeVaryingConfig.class;
  }

  @Override
  public Class<? extends Dynamics> implementation() {
    return LinearTimeVarying.class;
  }
}

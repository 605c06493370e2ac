package dev.difftop.models.dynamics;

import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;

/** Offers {@link MlpDynamics} under the name {@code mlp}. */
public final class MlpDynamicsProvider implements DynamicsProvider<MlpDynamicsConfig> {
  @Override
  public String name() {
    return "mlp";
  }

  @Override
  public String summary() {
    return "a multilayer perceptron from latent state and action to the next latent state";
  }

  @Override
  public Class<MlpDynamicsConfig> configType() {
    return MlpDynamicsConfig.class;
  }

  @Override
  public Class<? extends Dynamics> implementation() {
    return MlpDynamics.class;
  }
}

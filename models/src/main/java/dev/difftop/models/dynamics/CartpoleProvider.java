package dev.difftop.models.dynamics;

import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;

/** Offers {@link Cartpole} under the name {@code cartpole}. */
public final class CartpoleProvider implements DynamicsProvider<CartpoleConfig> {
  @Override
  public String name() {
    return "cartpole";
  }

  @Override
  public String summary() {
    return "a pole on a cart with force, explicit Euler";
  }

  @Override
  public Class<CartpoleConfig> configType() {
    return CartpoleConfig.class;
  }

  @Override
  public Class<? extends Dynamics> implementation() {
    return Cartpole.class;
  }
}

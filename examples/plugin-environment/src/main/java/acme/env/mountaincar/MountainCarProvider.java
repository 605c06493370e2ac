package acme.env.mountaincar;

import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentProvider;

/** Offers {@link MountainCar} under the name {@code mountain-car}. */
public final class MountainCarProvider implements EnvironmentProvider<MountainCarConfig> {
  @Override
  public String name() {
    return "mountain-car";
  }

  @Override
  public String summary() {
    return "drive a weak car out of a valley: back first, then up";
  }

  @Override
  public Class<MountainCarConfig> configType() {
    return MountainCarConfig.class;
  }

  @Override
  public Class<? extends Environment> implementation() {
    return MountainCar.class;
  }
}

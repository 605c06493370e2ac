package acme.env.mountaincar;

import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.testkit.EnvironmentContract;

/** The contract that every environment passes. */
final class MountainCarTest extends EnvironmentContract<MountainCarConfig> {
  @Override
  protected EnvironmentProvider<MountainCarConfig> provider() {
    return new MountainCarProvider();
  }

  @Override
  protected MountainCarConfig config() {
    return new MountainCarConfig(0.0015, 60);
  }
}

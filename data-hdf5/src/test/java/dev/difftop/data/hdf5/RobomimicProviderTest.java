package dev.difftop.data.hdf5;

import dev.difftop.api.Dataset;
import dev.difftop.api.Provider;
import dev.difftop.testkit.ProviderContract;

class RobomimicProviderTest extends ProviderContract<DemonstrationConfig, Dataset> {
  @Override
  protected Provider<DemonstrationConfig, Dataset> provider() {
    return new RobomimicProvider();
  }

  @Override
  protected DemonstrationConfig config() {
    return DemonstrationConfig.of(Fixtures.file("robomimic_low_dim.hdf5").toString());
  }
}

package dev.difftop.data.hdf5;

import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.testkit.DatasetContract;
import java.nio.file.Path;

class RobomimicProviderTest extends DatasetContract<DemonstrationConfig> {
  @Override
  protected DatasetProvider<DemonstrationConfig> provider() {
    return new RobomimicProvider();
  }

  @Override
  protected DemonstrationConfig config(Path file) {
    return DemonstrationConfig.of(file.toString());
  }
}

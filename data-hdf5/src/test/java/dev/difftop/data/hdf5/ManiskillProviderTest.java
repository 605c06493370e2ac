package dev.difftop.data.hdf5;

import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.testkit.DatasetContract;
import java.nio.file.Path;

class ManiskillProviderTest extends DatasetContract<DemonstrationConfig> {
  @Override
  protected DatasetProvider<DemonstrationConfig> provider() {
    return new ManiskillProvider();
  }

  @Override
  protected DemonstrationConfig config(Path file) {
    return DemonstrationConfig.of(file.toString());
  }

  @Override
  protected Path sample(Path folder) {
    return Fixtures.file("h5py/maniskill.h5");
  }
}

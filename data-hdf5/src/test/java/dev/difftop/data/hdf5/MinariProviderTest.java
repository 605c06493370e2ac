package dev.difftop.data.hdf5;

import dev.difftop.api.DatasetProvider;
import dev.difftop.testkit.DatasetContract;
import java.nio.file.Path;

class MinariProviderTest extends DatasetContract<DemonstrationConfig> {
  @Override
  protected DatasetProvider<DemonstrationConfig> provider() {
    return new MinariProvider();
  }

  @Override
  protected DemonstrationConfig config(Path file) {
    return DemonstrationConfig.of(file.toString());
  }

  @Override
  protected Path sample(Path folder) {
    return Fixtures.file("h5py/minari.hdf5");
  }
}

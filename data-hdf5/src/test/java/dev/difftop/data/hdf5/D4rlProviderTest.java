package dev.difftop.data.hdf5;

import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.testkit.DatasetContract;
import java.nio.file.Path;
import java.util.List;

class D4rlProviderTest extends DatasetContract<D4rlConfig> {
  @Override
  protected DatasetProvider<D4rlConfig> provider() {
    return new D4rlProvider();
  }

  @Override
  protected D4rlConfig config(Path file) {
    return new D4rlConfig(file, 0, List.of(), 0, 1 << 20, false);
  }

  @Override
  protected Path sample(Path folder) {
    return Fixtures.file("h5py/d4rl.hdf5");
  }
}

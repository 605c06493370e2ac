package dev.difftop.data.hdf5;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.data.hdf5.d4rl.D4rlFormat;
import dev.difftop.data.hdf5.inspect.FileInspector;
import java.util.Optional;

/** Offers {@link D4rlDataset} under the name {@code d4rl}. */
public final class D4rlProvider implements DatasetProvider<D4rlConfig> {
  @Override
  public String name() {
    return "d4rl";
  }

  @Override
  public String summary() {
    return "flat arrays with end markers, as D4RL publishes them";
  }

  @Override
  public Class<D4rlConfig> configType() {
    return D4rlConfig.class;
  }

  @Override
  public Class<? extends Dataset> implementation() {
    return D4rlDataset.class;
  }

  @Override
  public Optional<DatasetInspector> inspector() {
    return Optional.of(new FileInspector(new D4rlFormat()));
  }
}

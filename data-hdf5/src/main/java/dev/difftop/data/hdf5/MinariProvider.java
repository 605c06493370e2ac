package dev.difftop.data.hdf5;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.data.hdf5.inspect.FileInspector;
import dev.difftop.data.hdf5.minari.MinariFormat;
import dev.difftop.data.hdf5.minari.MinariWriter;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Offers {@link MinariDataset} under the name {@code minari}. */
public final class MinariProvider implements DatasetProvider<DemonstrationConfig> {
  @Override
  public String name() {
    return "minari";
  }

  @Override
  public String summary() {
    return "episodes with trees of observations, as Minari 0.3 to 0.5 stores them in HDF5";
  }

  @Override
  public Class<DemonstrationConfig> configType() {
    return DemonstrationConfig.class;
  }

  @Override
  public Class<? extends Dataset> implementation() {
    return MinariDataset.class;
  }

  @Override
  public Optional<Dataset.Writer> writer(
      Path file, Map<String, String> attributes, boolean overwrite) {
    return Optional.of(new MinariWriter(file, attributes, overwrite));
  }

  @Override
  public Optional<DatasetInspector> inspector() {
    return Optional.of(new FileInspector(new MinariFormat()));
  }
}

package dev.difftop.data.hdf5;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.data.hdf5.inspect.FileInspector;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.robomimic.RobomimicFormat;
import dev.difftop.data.hdf5.robomimic.RobomimicWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Offers {@link RobomimicDataset} under the name {@code robomimic}. */
public final class RobomimicProvider implements DatasetProvider<DemonstrationConfig> {
  @Override
  public String name() {
    return "robomimic";
  }

  @Override
  public String summary() {
    return "demonstrations in robomimic layout: low-dimensional, images, filter keys";
  }

  @Override
  public Class<DemonstrationConfig> configType() {
    return DemonstrationConfig.class;
  }

  @Override
  public Class<? extends Dataset> implementation() {
    return RobomimicDataset.class;
  }

  @Override
  public Optional<Dataset.Writer> writer(
      Path file, Map<String, String> attributes, boolean overwrite) {
    return Optional.of(new RobomimicWriter(file, attributes, overwrite));
  }

  @Override
  public Optional<Dataset.Writer> appender(Path file) {
    return Optional.of(RobomimicWriter.adding(file));
  }

  @Override
  public Optional<DatasetInspector> inspector() {
    return Optional.of(new FileInspector(new RobomimicFormat()));
  }
}

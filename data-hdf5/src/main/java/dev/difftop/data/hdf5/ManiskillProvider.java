package dev.difftop.data.hdf5;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.data.hdf5.inspect.FileInspector;
import dev.difftop.data.hdf5.maniskill.ManiskillFormat;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import java.util.Optional;

/** Offers {@link ManiskillDataset} under the name {@code maniskill}. */
public final class ManiskillProvider implements DatasetProvider<DemonstrationConfig> {
  @Override
  public String name() {
    return "maniskill";
  }

  @Override
  public String summary() {
    return "trajectories of ManiSkill 2 and 3 with their JSON";
  }

  @Override
  public Class<DemonstrationConfig> configType() {
    return DemonstrationConfig.class;
  }

  @Override
  public Class<? extends Dataset> implementation() {
    return ManiskillDataset.class;
  }

  @Override
  public Optional<DatasetInspector> inspector() {
    return Optional.of(new FileInspector(new ManiskillFormat()));
  }
}

package dev.difftop.data.hdf5;

import dev.difftop.data.hdf5.maniskill.ManiskillFormat;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.reading.DemonstrationDataset;
import dev.difftop.data.hdf5.reading.DerivedDataset;
import jakarta.inject.Inject;

/** Demonstrations as ManiSkill stores them. */
final class ManiskillDataset extends DerivedDataset {
  @Inject
  ManiskillDataset(DemonstrationConfig config) {
    super(DemonstrationDataset.open(new ManiskillFormat(), config, 0), config.derived());
  }
}

package dev.difftop.data.hdf5;

import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.reading.DemonstrationDataset;
import dev.difftop.data.hdf5.reading.DerivedDataset;
import dev.difftop.data.hdf5.robomimic.RobomimicFormat;
import jakarta.inject.Inject;

/** Demonstrations in robomimic layout. */
final class RobomimicDataset extends DerivedDataset {
  @Inject
  RobomimicDataset(DemonstrationConfig config) {
    super(DemonstrationDataset.open(new RobomimicFormat(), config, 0), config.derived());
  }
}

package dev.difftop.data.hdf5;

import jakarta.inject.Inject;

/** Demonstrations in robomimic layout. */
final class RobomimicDataset extends DerivedDataset {
  @Inject
  RobomimicDataset(DemonstrationConfig config) {
    super(DemonstrationDataset.open(new RobomimicFormat(), config, 0), config.derived());
  }
}

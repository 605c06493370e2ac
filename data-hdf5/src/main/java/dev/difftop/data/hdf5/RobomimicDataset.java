package dev.difftop.data.hdf5;

import jakarta.inject.Inject;

/** Demonstrations in robomimic layout. */
final class RobomimicDataset extends DemonstrationDataset {
  @Inject
  RobomimicDataset(DemonstrationConfig config) {
    super(new RobomimicFormat(), config, 0);
  }
}

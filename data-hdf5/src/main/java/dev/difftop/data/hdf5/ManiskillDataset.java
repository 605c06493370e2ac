package dev.difftop.data.hdf5;

import jakarta.inject.Inject;

/** Demonstrations as ManiSkill stores them. */
final class ManiskillDataset extends DerivedDataset {
  @Inject
  ManiskillDataset(DemonstrationConfig config) {
    super(DemonstrationDataset.open(new ManiskillFormat(), config, 0), config.derived());
  }
}

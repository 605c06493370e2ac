package dev.difftop.data.hdf5;

import jakarta.inject.Inject;

/** Demonstrations as ManiSkill stores them. */
final class ManiskillDataset extends DemonstrationDataset {
  @Inject
  ManiskillDataset(DemonstrationConfig config) {
    super(new ManiskillFormat(), config, 0);
  }
}

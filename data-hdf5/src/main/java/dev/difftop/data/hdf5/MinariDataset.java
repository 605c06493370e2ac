package dev.difftop.data.hdf5;

import jakarta.inject.Inject;

/** Demonstrations as Minari stores them. */
final class MinariDataset extends DerivedDataset {
  @Inject
  MinariDataset(DemonstrationConfig config) {
    super(DemonstrationDataset.open(new MinariFormat(), config, 0), config.derived());
  }
}

package dev.difftop.data.hdf5;

import jakarta.inject.Inject;

/** Demonstrations as Minari stores them. */
final class MinariDataset extends DemonstrationDataset {
  @Inject
  MinariDataset(DemonstrationConfig config) {
    super(new MinariFormat(), config, 0);
  }
}

package dev.difftop.data.hdf5;

import dev.difftop.data.hdf5.minari.MinariFormat;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.reading.DemonstrationDataset;
import dev.difftop.data.hdf5.reading.DerivedDataset;
import jakarta.inject.Inject;

/** Demonstrations as Minari stores them. */
final class MinariDataset extends DerivedDataset {
  @Inject
  MinariDataset(DemonstrationConfig config) {
    super(DemonstrationDataset.open(new MinariFormat(), config, 0), config.derived());
  }
}

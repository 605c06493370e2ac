package dev.difftop.data.hdf5;

import dev.difftop.data.hdf5.d4rl.D4rlFormat;
import dev.difftop.data.hdf5.reading.DemonstrationDataset;
import dev.difftop.data.hdf5.reading.DerivedDataset;
import jakarta.inject.Inject;

/** Demonstrations as D4RL stores them. */
final class D4rlDataset extends DerivedDataset {
  @Inject
  D4rlDataset(D4rlConfig config) {
    super(
        DemonstrationDataset.open(
            new D4rlFormat(), config.demonstrations(), config.maxEpisodeSteps()),
        config.derived());
  }
}

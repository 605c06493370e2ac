package dev.difftop.data.hdf5;

import jakarta.inject.Inject;

/** Demonstrations as D4RL stores them. */
final class D4rlDataset extends DemonstrationDataset {
  @Inject
  D4rlDataset(D4rlConfig config) {
    super(new D4rlFormat(), config.demonstrations(), config.maxEpisodeSteps());
  }
}

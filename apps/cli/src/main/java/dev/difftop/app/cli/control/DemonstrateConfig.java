package dev.difftop.app.cli.control;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.environment.Environment;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.rollout.CollectionSettings;

/** What {@code difftop collect} reads where the environment brings its demonstrator. */
record DemonstrateConfig(
    @Doc("where the demonstrator acts") Choice<Environment> environment,
    @Doc("the name of one of the environment's own demonstrators; see env describe")
        String demonstrator,
    @Doc("seed of first states, noise and what the demonstrator leaves to chance") @Default("0")
        long seed,
    @Doc("how many episodes, with how much noise") @Default("{}") CollectionSettings collection) {
  /** The key by which a configuration asks for this. */
  static final String KEY = "demonstrator";
}

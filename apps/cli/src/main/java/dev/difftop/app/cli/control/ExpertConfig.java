package dev.difftop.app.cli.control;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Formerly;
import dev.difftop.api.environment.Environment;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.rollout.CollectionSettings;

/** What {@code difftop collect} reads where the environment brings its expert. */
record ExpertConfig(
    @Doc("where the expert acts") Choice<Environment> environment,
    @Doc("the name of one of the environment's own experts; see env describe") @Formerly(FORMER_KEY)
        String expert,
    @Doc("seed of first states, noise and what the expert leaves to chance") @Default("0")
        long seed,
    @Doc("how many episodes, with how much noise") @Default("{}") CollectionSettings collection) {
  /** The key by which a configuration asks for this. */
  static final String KEY = "expert";

  /** The name of that key in earlier versions. */
  static final String FORMER_KEY = "demonstrator";
}

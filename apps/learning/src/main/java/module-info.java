/**
 * The library of learning: policies, learners, optimisers of parameters, normalisers, checkpoints,
 * evaluation. It knows the services of the api only; which encoder, dynamics, cost, solver,
 * environment and dataset it works with is the caller's choice.
 */
module dev.difftop.learning {
  requires transitive dev.difftop.api;
  requires transitive dev.difftop.optimization;
  requires dev.difftop.hdf5;

  exports dev.difftop.learning;

  // Settings are bound from configuration files.
  opens dev.difftop.learning;
}

/**
 * The library of learning: policies, learners, optimisers of parameters, normalisers, checkpoints,
 * evaluation. It knows the services of the api only; which encoder, dynamics, cost, solver,
 * environment and dataset it works with is the caller's choice.
 */
module dev.difftop.learning {
  requires transitive dev.difftop.api;
  requires transitive dev.difftop.optimization;
  requires transitive dev.difftop.hdf5;
  requires transitive dev.difftop.networks;
  requires com.fasterxml.jackson.databind;
  requires java.management;
  requires jdk.management;

  exports dev.difftop.learning;
  exports dev.difftop.learning.audit;
  exports dev.difftop.learning.data;
  exports dev.difftop.learning.model;
  exports dev.difftop.learning.optim;
  exports dev.difftop.learning.replay;
  exports dev.difftop.learning.rollout;
  exports dev.difftop.learning.run;
  exports dev.difftop.learning.storage;

  uses dev.difftop.learning.LearnerProvider;

  provides dev.difftop.api.ServiceType with
      dev.difftop.learning.LearnerService;

  // Settings are bound from configuration files.
  opens dev.difftop.learning;
  opens dev.difftop.learning.audit;
  opens dev.difftop.learning.data;
  opens dev.difftop.learning.model;
  opens dev.difftop.learning.optim;
  opens dev.difftop.learning.replay;
  opens dev.difftop.learning.rollout;
  opens dev.difftop.learning.run;
  opens dev.difftop.learning.storage;
}

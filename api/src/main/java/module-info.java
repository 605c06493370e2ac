/**
 * The contracts of difftop: services, values, tensor programs with their derivatives, and how a
 * plugin and its configuration are declared. Free of natives and of every framework, so that a
 * plugin compiles against this module alone.
 */
module dev.difftop.api {
  requires transitive jakarta.inject;

  exports dev.difftop.api;
  exports dev.difftop.api.array;
  exports dev.difftop.api.concurrent;
  exports dev.difftop.api.config;
  exports dev.difftop.api.dataset;
  exports dev.difftop.api.environment;
  exports dev.difftop.api.program;

  uses dev.difftop.api.EncoderProvider;
  uses dev.difftop.api.DynamicsProvider;
  uses dev.difftop.api.CostProvider;
  uses dev.difftop.api.SolverProvider;
  uses dev.difftop.api.environment.EnvironmentProvider;
  uses dev.difftop.api.dataset.DatasetProvider;
  uses dev.difftop.api.EngineProvider;
}

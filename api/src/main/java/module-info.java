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

  provides dev.difftop.api.ServiceType with
      dev.difftop.api.services.BuiltInServices.Encoders,
      dev.difftop.api.services.BuiltInServices.AllDynamics,
      dev.difftop.api.services.BuiltInServices.Costs,
      dev.difftop.api.services.BuiltInServices.Solvers,
      dev.difftop.api.services.BuiltInServices.Environments,
      dev.difftop.api.services.BuiltInServices.Datasets,
      dev.difftop.api.services.BuiltInServices.Engines;

  uses dev.difftop.api.PartFactory.Finder;
  uses dev.difftop.api.EncoderProvider;
  uses dev.difftop.api.DynamicsProvider;
  uses dev.difftop.api.CostProvider;
  uses dev.difftop.api.SolverProvider;
  uses dev.difftop.api.environment.EnvironmentProvider;
  uses dev.difftop.api.dataset.DatasetProvider;
  uses dev.difftop.api.EngineProvider;
}

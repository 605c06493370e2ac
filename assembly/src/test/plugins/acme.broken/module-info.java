module acme.broken {
  requires dev.difftop.api;

  provides dev.difftop.api.SolverProvider with
      acme.broken.BrokenSolver.Provider;
  provides dev.difftop.api.environment.EnvironmentProvider with
      acme.broken.BrokenEnvironment.Provider;

  opens acme.broken;
}

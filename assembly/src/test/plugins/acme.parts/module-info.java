module acme.parts {
  requires dev.difftop.api;

  provides dev.difftop.api.EncoderProvider with
      acme.parts.PickProvider;
  provides dev.difftop.api.DynamicsProvider with
      acme.parts.DriftProvider;
  provides dev.difftop.api.CostProvider with
      acme.parts.GoalProvider,
      acme.parts.FailingProvider;
  provides dev.difftop.api.SolverProvider with
      acme.parts.ShortProvider,
      acme.parts.WrapProvider;
  provides dev.difftop.api.EngineProvider with
      acme.parts.IdleProvider;

  opens acme.parts;
}

/** Built-in encoders, dynamics and costs: classical models and networks. */
module dev.difftop.models {
  requires transitive dev.difftop.networks;

  exports dev.difftop.models; // configuration records

  opens dev.difftop.models;

  provides dev.difftop.api.EncoderProvider with
      dev.difftop.models.IdentityEncoderProvider,
      dev.difftop.models.MlpEncoderProvider,
      dev.difftop.models.VisionEncoderProvider;
  provides dev.difftop.api.DynamicsProvider with
      dev.difftop.models.LinearTimeVaryingProvider,
      dev.difftop.models.PendulumProvider,
      dev.difftop.models.CartpoleProvider,
      dev.difftop.models.MlpDynamicsProvider,
      dev.difftop.models.StillDynamicsProvider;
  provides dev.difftop.api.CostProvider with
      dev.difftop.models.QuadraticCostProvider,
      dev.difftop.models.PendulumSwingupProvider,
      dev.difftop.models.CartpoleSwingupProvider,
      dev.difftop.models.GoalDistanceProvider,
      dev.difftop.models.LimitedProvider,
      dev.difftop.models.MlpCostProvider,
      dev.difftop.models.MlpResidualCostProvider,
      dev.difftop.models.ValueModelProvider;
}

/** Built-in encoders, dynamics and costs: classical models and networks. */
module dev.difftop.models {
  requires transitive dev.difftop.networks;

  // Configuration records.
  exports dev.difftop.models.cost;
  exports dev.difftop.models.cost.task;
  exports dev.difftop.models.dynamics;
  exports dev.difftop.models.encoder;

  opens dev.difftop.models.cost;
  opens dev.difftop.models.cost.task;
  opens dev.difftop.models.dynamics;
  opens dev.difftop.models.encoder;

  provides dev.difftop.api.EncoderProvider with
      dev.difftop.models.encoder.IdentityEncoderProvider,
      dev.difftop.models.encoder.MlpEncoderProvider,
      dev.difftop.models.encoder.VisionEncoderProvider;
  provides dev.difftop.api.DynamicsProvider with
      dev.difftop.models.dynamics.LinearTimeVaryingProvider,
      dev.difftop.models.dynamics.PendulumProvider,
      dev.difftop.models.dynamics.CartpoleProvider,
      dev.difftop.models.dynamics.MlpDynamicsProvider,
      dev.difftop.models.dynamics.StillDynamicsProvider;
  provides dev.difftop.api.CostProvider with
      dev.difftop.models.cost.QuadraticCostProvider,
      dev.difftop.models.cost.task.PendulumSwingupProvider,
      dev.difftop.models.cost.task.CartpoleSwingupProvider,
      dev.difftop.models.cost.GoalDistanceProvider,
      dev.difftop.models.cost.LimitedProvider,
      dev.difftop.models.cost.MlpCostProvider,
      dev.difftop.models.cost.MlpResidualCostProvider,
      dev.difftop.models.cost.ValueModelProvider,
      dev.difftop.models.cost.CategoricalValueModelProvider;
}

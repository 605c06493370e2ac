/** Policies learned from demonstrations: DiffTOP and its baselines, as learner plugins. */
module dev.difftop.learner.imitation {
  requires transitive dev.difftop.learning;
  requires transitive dev.difftop.networks;
  requires jakarta.inject;

  exports dev.difftop.learner.imitation;
  exports dev.difftop.learner.imitation.cloning;
  exports dev.difftop.learner.imitation.diffusion;
  exports dev.difftop.learner.imitation.implicit;
  exports dev.difftop.learner.imitation.nearest;

  // For injection and configuration.
  opens dev.difftop.learner.imitation;
  opens dev.difftop.learner.imitation.cloning;
  opens dev.difftop.learner.imitation.diffusion;
  opens dev.difftop.learner.imitation.implicit;
  opens dev.difftop.learner.imitation.nearest;

  provides dev.difftop.learning.LearnerProvider with
      dev.difftop.learner.imitation.ImitationProvider,
      dev.difftop.learner.imitation.ResidualProvider,
      dev.difftop.learner.imitation.cloning.BehaviorCloningProvider,
      dev.difftop.learner.imitation.cloning.RecurrentCloningProvider,
      dev.difftop.learner.imitation.diffusion.DiffusionProvider,
      dev.difftop.learner.imitation.implicit.ImplicitCloningProvider,
      dev.difftop.learner.imitation.nearest.NearestProvider;
}

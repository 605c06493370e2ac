/** Policies learned from demonstrations: DiffTOP and its baselines, as learner plugins. */
module dev.difftop.learner.imitation {
  requires dev.difftop.learning;
  requires jakarta.inject;

  exports dev.difftop.learner.imitation;

  // For injection and configuration.
  opens dev.difftop.learner.imitation;

  provides dev.difftop.learning.LearnerProvider with
      dev.difftop.learner.imitation.ImitationProvider,
      dev.difftop.learner.imitation.BehaviorCloningProvider;
}

/** Policies that plan with learned models, learned from interaction: TD-MPC and DiffTOP. */
module dev.difftop.learner.modelbased {
  requires dev.difftop.learning;
  requires jakarta.inject;

  exports dev.difftop.learner.modelbased;

  // For injection and configuration.
  opens dev.difftop.learner.modelbased;
  opens dev.difftop.learner.modelbased.learning;

  provides dev.difftop.learning.LearnerProvider with
      dev.difftop.learner.modelbased.learning.ModelBasedProvider;
}

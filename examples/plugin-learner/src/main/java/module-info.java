/** The cross-entropy method on linear policies. */
module acme.learner.cem {
  requires dev.difftop.learning;
  requires jakarta.inject;

  provides dev.difftop.learning.LearnerProvider with
      acme.learner.cem.CemProvider;

  // For configuration and injection; nothing is exported.
  opens acme.learner.cem;
}

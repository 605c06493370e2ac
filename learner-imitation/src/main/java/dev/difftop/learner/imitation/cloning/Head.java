package dev.difftop.learner.imitation.cloning;

/** What a network says about the actions. */
public enum Head {
  /** One chunk, by the mean squared error. */
  SQUARED,
  /** A normal distribution with diagonal covariance, by maximum likelihood. */
  GAUSSIAN,
  /** A mixture of normal distributions, by maximum likelihood. */
  MIXTURE
}

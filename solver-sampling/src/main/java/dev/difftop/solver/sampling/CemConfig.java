package dev.difftop.solver.sampling;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link CemSolver}. */
record CemConfig(
    @Doc("rounds of sampling; 0 returns the guess") @Range(min = 0) @Default("10") int iterations,
    @Doc("trajectories sampled in every round, those of the policy included")
        @Range(min = 1)
        @Default("512")
        int samples,
    @Doc("best trajectories of a round, which make the next distribution; at most samples")
        @Range(min = 1)
        @Default("32")
        int elites,
    @Doc(
            "share of the samples that follow the cost's head policy, with noise of min-std; where"
                + " it has none, they are drawn like the others")
        @Range(min = 0, max = 1)
        @Default("0")
        double policyShare,
    @Doc("share of the old mean that is kept") @Range(min = 0, max = 1) @Default("0.1")
        double momentum,
    @Doc(
            "first standard deviation, and the largest, in halves of a component's box (in units of"
                + " the action where that is open)")
        @Range(min = 0, open = true)
        @Default("1")
        double initialStd,
    @Doc("smallest standard deviation, in the same units") @Range(min = 0) @Default("0.001")
        double minStd,
    @Doc("threads that share out the samples; the results do not depend on it")
        @Range(min = 1)
        @Default("1")
        int threads) {
  CemConfig {
    new SamplingSettings(
        iterations, samples, elites, policyShare, 0, momentum, initialStd, minStd, 1);
  }

  SamplingSettings settings() {
    return new SamplingSettings(
        iterations, samples, elites, policyShare, 0, momentum, initialStd, minStd, threads);
  }
}

package dev.difftop.solver.sampling;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link CemSolver}. */
public record CemConfig(
    @Doc("rounds of sampling; 0 returns the guess") @Range(min = 0) @Default("10") int iterations,
    @Doc("trajectories sampled in every round, the first of them the mean itself")
        @Range(min = 1)
        @Default("512")
        int samples,
    @Doc("best trajectories of a round, which make the next distribution; at most samples")
        @Range(min = 1)
        @Default("32")
        int elites,
    @Doc(
            "samples that follow the cost's head policy, with noise of min-std, as a share of"
                + " samples, rounded down; none where the cost has no policy")
        @Range(min = 0, max = 1)
        @Default("0")
        double policyShare,
    @Doc(
            "whether the samples of the policy come in addition to the others (true), or take the"
                + " place of the last of them (false)")
        @Default("false")
        boolean policyAdditional,
    @Doc("share of the old mean that is kept") @Range(min = 0, max = 1) @Default("0.1")
        double momentum,
    @Doc(
            "first standard deviation, and the largest one, in halves of a component's box (in"
                + " units of the action where that is open)")
        @Range(min = 0, open = true)
        @Default("1")
        double initialStd,
    @Doc("smallest standard deviation, in the same units") @Range(min = 0) @Default("0.001")
        double minStd,
    @Doc("threads that the samples are divided among; the results do not depend on it")
        @Range(min = 1)
        @Default("1")
        int threads) {
  public CemConfig {
    new SamplingSettings(
        iterations,
        samples,
        elites,
        policyShare,
        policyAdditional,
        0,
        momentum,
        initialStd,
        minStd,
        1);
  }

  SamplingSettings settings() {
    return new SamplingSettings(
        iterations,
        samples,
        elites,
        policyShare,
        policyAdditional,
        0,
        momentum,
        initialStd,
        minStd,
        threads);
  }
}

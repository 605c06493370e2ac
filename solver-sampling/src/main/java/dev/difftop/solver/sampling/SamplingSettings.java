package dev.difftop.solver.sampling;

/**
 * What sampling solvers have in common.
 *
 * @param iterations rounds of sampling
 * @param samples trajectories of a round
 * @param elites best trajectories of a round, which make the next distribution
 * @param policyShare share of the samples that follow the policy
 * @param temperature how much better trajectories count for more; 0 lets all elites count alike
 * @param momentum share of the old mean that is kept
 * @param initialStd first standard deviation, in halves of the box
 * @param minStd smallest standard deviation, in halves of the box
 * @param threads of a round
 */
record SamplingSettings(
    int iterations,
    int samples,
    int elites,
    double policyShare,
    double temperature,
    double momentum,
    double initialStd,
    double minStd,
    int threads) {
  SamplingSettings {
    if (elites > samples) {
      throw new IllegalArgumentException(
          "elites: found %d, expected at most samples, %d".formatted(elites, samples));
    }
    if (minStd > initialStd) {
      throw new IllegalArgumentException(
          "min-std: found %s, expected at most initial-std, %s".formatted(minStd, initialStd));
    }
  }

  /** Samples that follow the policy, where there is one. */
  int policySamples() {
    return (int) Math.round(policyShare * samples);
  }
}

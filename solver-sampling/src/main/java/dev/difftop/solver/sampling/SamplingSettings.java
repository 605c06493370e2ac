package dev.difftop.solver.sampling;

/**
 * What sampling solvers have in common.
 *
 * @param iterations rounds of sampling
 * @param samples trajectories of a round
 * @param elites best trajectories of a round, which make the next distribution
 * @param policyShare samples that follow the policy, as a share of {@code samples}
 * @param policyAdditional whether these come in addition to {@code samples}
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
    boolean policyAdditional,
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

  /** Samples that follow the policy, where there is one. One other sample is the mean itself. */
  int policySamples() {
    int count = (int) (policyShare * samples);
    return policyAdditional ? count : Math.min(count, samples - 1);
  }
}

package dev.difftop.learner.imitation.cloning;

/**
 * How features become actions.
 *
 * @param head what the network says about them
 * @param modes normal distributions of a mixture
 * @param minDeviation added to every standard deviation, normalised
 * @param lowNoise whether acting takes that for the standard deviation instead of the learned one
 * @param bounded whether normalised actions lie in [-1, 1]
 */
record HeadSettings(Head head, int modes, double minDeviation, boolean lowNoise, boolean bounded) {}

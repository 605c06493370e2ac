package dev.difftop.learning;

/**
 * What one gradient step of imitation reports.
 *
 * @param step number of the step, from 1
 * @param loss weighted mean squared error of the planned actions, normalised
 * @param consistency mean squared error of the next latent state
 * @param gradientNorm before clipping
 * @param learningRate of this step
 * @param converged share of solves that converged
 * @param saturated share of action components at a bound
 * @param masked share of samples left out of the gradient
 * @param iterations mean solver iterations
 */
public record ImitationMetrics(
    long step,
    double loss,
    double consistency,
    double gradientNorm,
    double learningRate,
    double converged,
    double saturated,
    double masked,
    double iterations) {}

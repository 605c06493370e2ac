package dev.difftop.learning.model;

/**
 * What one update of a world model says, means over the batch before weights.
 *
 * @param step updates done, this one included
 * @param consistency {@code Σ ρ^t mean (f(z_t, a_t) - h'(s_{t+1}))²}
 * @param reward {@code Σ ρ^t (R - r_t)²}
 * @param value {@code Σ ρ^t Σ_i (Q_i - y_t)²}
 * @param observationValue the same of the critics that read observations; 0 without them
 * @param termination binary cross-entropy of terminal states; 0 where they are not predicted
 * @param total of all, clipped, weighted, times the importance weights
 * @param policy {@code -Σ ρ^t min Q(z_t, π(z_t))}
 * @param gradientNorm norm of the gradient of {@code total / H} before clipping
 * @param policyGradientNorm norm of the policy's gradient before clipping
 */
public record ModelMetrics(
    long step,
    double consistency,
    double reward,
    double value,
    double observationValue,
    double termination,
    double total,
    double policy,
    double gradientNorm,
    double policyGradientNorm) {}

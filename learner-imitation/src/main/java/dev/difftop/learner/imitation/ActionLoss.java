package dev.difftop.learner.imitation;

import dev.difftop.api.Solution;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizer;

/**
 * Squared error of planned actions: a mean over batch, steps and components in which later steps
 * weigh less.
 */
final class ActionLoss {
  private final ImitationConfig config;
  private final int steps;
  private final int actionSize;
  private final Demonstrations data;
  private final Normalizer normalizer;
  private final double[] weights;

  ActionLoss(ImitationConfig config, int horizon, Demonstrations data, Normalizer normalizer) {
    this.config = config;
    this.steps = horizon * config.chunk();
    this.actionSize = data.actionSize();
    this.data = data;
    this.normalizer = normalizer;
    this.weights = weights();
  }

  /** Of each entry of a plan. */
  private double[] weights() {
    double[] out = new double[steps * actionSize];
    double total = 0;
    for (int t = 0; t < steps; t++) {
      total += Math.pow(config.laterActions(), t);
    }
    for (int i = 0; i < out.length; i++) {
      out[i] =
          Math.pow(config.laterActions(), i / actionSize) / (total * actionSize * config.batch());
    }
    return out;
  }

  /** Weight of the error in the loss. */
  double weight() {
    return config.code().map(CodeConfig::reconstructionWeight).orElse(1.0);
  }

  /** Planned minus demonstrated actions, normalised, (B, steps · nu). */
  double[] error(Solution solution, int[] rows) {
    double[] error = solution.actions().toDoubles();
    double[] expert = data.gatherActions(rows, steps, normalizer);
    for (int i = 0; i < error.length; i++) {
      error[i] -= expert[i];
    }
    return error;
  }

  /** Replaces errors by the derivative of the weighted loss; returns the loss without weight. */
  double weigh(double[] error) {
    double loss = 0;
    for (int i = 0; i < error.length; i++) {
      double w = weights[i % weights.length];
      loss += w * error[i] * error[i];
      error[i] *= 2 * w * weight();
    }
    return loss;
  }

  /** Mean square of the errors of first actions. */
  double ofFirstActions(double[] error) {
    double sum = 0;
    for (int i = 0; i < error.length; i++) {
      sum += i % weights.length < actionSize ? error[i] * error[i] : 0;
    }
    return sum / (config.batch() * actionSize);
  }
}

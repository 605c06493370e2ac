package dev.difftop.learner.modelbased.gradient;

import dev.difftop.learning.Metrics;
import dev.difftop.learning.model.ModelMetrics;
import dev.difftop.learning.model.WorldModel;
import java.util.LinkedHashMap;
import java.util.Map;

/** Means over the gradient steps of one episode; steps that were skipped are left out. */
public final class UpdateStatistics {
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private final Map<String, Integer> counts = new LinkedHashMap<>();

  /** Adds a gradient step. */
  public void add(ModelMetrics step, WorldModel world) {
    add("consistency_loss", step.consistency());
    add("reward_loss", step.reward());
    add("value_loss", step.value());
    if (world.hasCritics()) {
      add("observation_value_loss", step.observationValue());
    }
    if (world.predictsTermination()) {
      add("termination_loss", step.termination());
    }
    add("policy_loss", step.policy());
    add("gradient_norm", step.gradientNorm());
  }

  /** Adds a figure. */
  public void add(String name, double value) {
    if (Double.isFinite(value)) {
      sums.merge(name, value, Double::sum);
      counts.merge(name, 1, Integer::sum);
    }
  }

  /** The means. */
  public Metrics means() {
    Map<String, Double> out = new LinkedHashMap<>();
    sums.forEach((name, sum) -> out.put(name, sum / counts.get(name)));
    return new Metrics(out);
  }
}

package dev.difftop.learner.imitation.base;

import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.Schedule;
import java.util.List;

/** Optimisers of tests. */
public final class Optimizers {
  private Optimizers() {}

  /** AdamW with a cosine schedule and an averaged copy. */
  public static OptimizerSettings averaged() {
    return new OptimizerSettings(
        OptimizerSettings.Method.ADAMW,
        1e-2,
        Schedule.COSINE,
        1e-3,
        2,
        0.9,
        0.999,
        1e-8,
        0,
        false,
        0.01,
        0,
        0,
        List.of(),
        0.5);
  }

  /** Adam with a cosine schedule to a hundredth of the rate. */
  public static OptimizerSettings adam(double rate) {
    return new OptimizerSettings(
        OptimizerSettings.Method.ADAM,
        rate,
        Schedule.COSINE,
        rate / 100,
        0,
        0.9,
        0.999,
        1e-8,
        0,
        false,
        0,
        0,
        0,
        List.of(),
        0);
  }
}

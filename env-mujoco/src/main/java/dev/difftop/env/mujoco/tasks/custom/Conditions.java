package dev.difftop.env.mujoco.tasks.custom;

import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import java.util.List;

/** Features within bounds, all at once. Checking makes no objects. */
final class Conditions {
  private final Feature[] features;
  private final double[] low;
  private final double[] high;

  private Conditions(int size) {
    features = new Feature[size];
    low = new double[size];
    high = new double[size];
  }

  /**
   * Conditions on a model.
   *
   * @param what name of the key that they come from, for messages
   * @throws IllegalArgumentException on bounds of which the lower is above the upper
   * @throws dev.difftop.env.mujoco.physics.ModelException on a feature that the model lacks
   */
  static Conditions of(String what, List<CustomTask.Goal> goals, Model model) {
    Conditions all = new Conditions(goals.size());
    for (int i = 0; i < goals.size(); i++) {
      CustomTask.Goal goal = goals.get(i);
      all.features[i] = Feature.parse(goal.feature(), model);
      if (!(goal.low() <= goal.high())) {
        throw new IllegalArgumentException(
            "%s by %s: expected low <= high, found %s to %s"
                .formatted(what, goal.feature(), goal.low(), goal.high()));
      }
      all.low[i] = goal.low();
      all.high[i] = goal.high();
    }
    return all;
  }

  boolean isEmpty() {
    return features.length == 0;
  }

  /** Whether all hold in the present state; true if there are none. */
  boolean hold(Simulation simulation) {
    for (int i = 0; i < features.length; i++) {
      double found = features[i].of(simulation);
      if (!(low[i] <= found && found <= high[i])) {
        return false;
      }
    }
    return true;
  }
}

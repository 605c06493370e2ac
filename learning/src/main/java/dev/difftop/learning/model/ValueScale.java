package dev.difftop.learning.model;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.Map;

/**
 * Scale of values, at least 1: a moving average of the range from their 5th to their 95th
 * percentile. Hafner et al., "Mastering diverse domains through world models", 2023.
 */
final class ValueScale {
  private static final String NAME = "value-scale";
  private static final double LOW = 0.05;
  private static final double HIGH = 0.95;

  private final double share;
  private final Parameters state;

  /**
   * A scale of 1.
   *
   * @param share by which a step moves it towards the range; 0 keeps it
   */
  ValueScale(PlanningModel model, double share) {
    this.share = share;
    this.state =
        new Parameters(
            model.engine(),
            model.dtype(),
            Map.of(NAME, new ProblemSpec.Parameter(Shape.of(1), new Initializer.Constant(1))),
            RandomStream.root(0));
  }

  /** What it resumes from, shared. */
  Parameters state() {
    return state;
  }

  /** 1 / S, S at least 1. */
  double inverse() {
    return 1 / Math.max(1, array().get(0));
  }

  /** One step, with the values of a batch; those that are not finite change nothing. */
  void step(Array values) {
    double[] sorted = values.toDoubles();
    Arrays.sort(sorted);
    double range = at(sorted, HIGH) - at(sorted, LOW);
    if (share > 0 && Double.isFinite(range)) {
      double old = array().get(0);
      array().set(0, old + share * (range - old));
    }
  }

  private Array array() {
    return state.arrays().get(NAME);
  }

  /** A percentile, interpolated. */
  private static double at(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}

package dev.difftop.learning;

import dev.difftop.api.Array;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam with bias correction and decoupled weight decay (AdamW where it is not 0). Kingma and Ba
 * 2015; Loshchilov and Hutter 2019. Moments are kept in double precision.
 */
final class Adam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Parameters parameters;
  private final double weightDecay;
  private final Map<String, double[]> first = new LinkedHashMap<>();
  private final Map<String, double[]> second = new LinkedHashMap<>();
  private long step;

  Adam(Parameters parameters, double weightDecay) {
    this.parameters = parameters;
    this.weightDecay = weightDecay;
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              first.put(name, new double[array.size()]);
              second.put(name, new double[array.size()]);
            });
  }

  /** One step against the gradients. */
  void step(GradientSum gradients, double learningRate) {
    step++;
    double correction1 = 1 - Math.pow(BETA1, step);
    double correction2 = 1 - Math.pow(BETA2, step);
    gradients
        .byName()
        .forEach(
            (name, g) -> {
              Array values = parameters.arrays().get(name);
              double[] m = first.get(name);
              double[] v = second.get(name);
              for (int i = 0; i < g.length; i++) {
                m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
                v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
                double direction = m[i] / correction1 / (Math.sqrt(v[i] / correction2) + EPSILON);
                double old = values.get(i);
                values.set(i, old - learningRate * (direction + weightDecay * old));
              }
            });
  }

  /** Counts a step in which nothing is learned. */
  void skip() {
    step++;
  }

  long steps() {
    return step;
  }

  void restoreSteps(long steps) {
    this.step = steps;
  }

  /** First moments by name, shared. */
  Map<String, double[]> first() {
    return first;
  }

  /** Second moments by name, shared. */
  Map<String, double[]> second() {
    return second;
  }
}

package dev.difftop.learning;

import dev.difftop.api.Array;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds up the gradients of several losses, by parameter name. */
final class GradientSum {
  private final Map<String, double[]> sums = new LinkedHashMap<>();

  GradientSum(Parameters parameters) {
    parameters.arrays().forEach((name, array) -> sums.put(name, new double[array.size()]));
  }

  void clear() {
    sums.values().forEach(s -> java.util.Arrays.fill(s, 0));
  }

  void add(String name, Array gradient) {
    double[] sum = sums.get(name);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += gradient.get(i);
    }
  }

  /** Euclidean norm over all parameters; NaN or infinite if any gradient is. */
  double norm() {
    double square = 0;
    for (double[] s : sums.values()) {
      for (double g : s) {
        square += g * g;
      }
    }
    return Math.sqrt(square);
  }

  void scale(double factor) {
    for (double[] s : sums.values()) {
      for (int i = 0; i < s.length; i++) {
        s[i] *= factor;
      }
    }
  }

  Map<String, double[]> byName() {
    return sums;
  }
}

package dev.difftop.learning.optim;

import dev.difftop.api.array.Array;
import dev.difftop.learning.model.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds up the gradients of several losses, by parameter name, in double precision. */
public final class GradientSum {
  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final Map<String, Array> arrays = new LinkedHashMap<>();

  public GradientSum(Parameters parameters) {
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              double[] sum = new double[array.size()];
              sums.put(name, sum);
              arrays.put(name, Array.of(sum, array.shape().dims()));
            });
  }

  public void clear() {
    sums.values().forEach(s -> Arrays.fill(s, 0));
  }

  public void add(String name, Array gradient) {
    double[] sum = sums.get(name);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += gradient.get(i);
    }
  }

  /** The sums, the same arrays after every step. */
  public Map<String, Array> arrays() {
    return arrays;
  }
}

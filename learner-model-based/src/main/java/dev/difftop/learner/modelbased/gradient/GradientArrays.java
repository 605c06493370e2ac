package dev.difftop.learner.modelbased.gradient;

import dev.difftop.api.array.Array;
import dev.difftop.learning.model.Parameters;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gradients by parameter that others are added to, block by block. For one thread. */
public final class GradientArrays {
  /** Entries that are worked on at once: few enough for the first cache. */
  private static final int BLOCK = 1024;

  private final Map<String, Array> arrays;
  private final double[] added = new double[BLOCK];
  private final double[] sums = new double[BLOCK];

  /** Gradients that lie in given arrays. */
  public GradientArrays(Map<String, Array> arrays) {
    this.arrays = arrays;
  }

  /** Zeros for parameters, in arrays of their own. */
  public static GradientArrays zeros(Parameters parameters) {
    Map<String, Array> own = new LinkedHashMap<>();
    parameters.arrays().forEach((name, a) -> own.put(name, Array.zeros(a.dtype(), a.shape())));
    return new GradientArrays(own);
  }

  /** The arrays, shared. */
  public Map<String, Array> arrays() {
    return arrays;
  }

  /** Fills them with zeros. */
  public void clear() {
    arrays.values().forEach(a -> a.fill(0));
  }

  /**
   * Adds others by name; nothing if one of them is not finite.
   *
   * @param clip largest norm of what is added; 0 for any
   * @return the norm of the others before they were clipped
   */
  public double add(Map<String, Array> others, double clip) {
    double norm = norm(others.values());
    if (Double.isFinite(norm)) {
      double factor = clip > 0 && norm > clip ? clip / norm : 1;
      others.forEach((name, part) -> addScaled(part, factor, arrays.get(name)));
    }
    return norm;
  }

  /**
   * Scales them down to a norm.
   *
   * @param clip largest norm; 0 for any
   */
  public void clip(double clip) {
    double norm = norm(arrays.values());
    if (clip > 0 && norm > clip) {
      arrays.values().forEach(a -> addScaled(a, clip / norm - 1, a));
    }
  }

  private double norm(Collection<Array> all) {
    double squares = 0;
    for (Array array : all) {
      squares += squares(array);
    }
    return Math.sqrt(squares);
  }

  private double squares(Array part) {
    double sum = 0;
    for (int at = 0; at < part.size(); at += BLOCK) {
      int n = Math.min(BLOCK, part.size() - at);
      part.read(at, added, 0, n);
      for (int i = 0; i < n; i++) {
        sum += added[i] * added[i];
      }
    }
    return sum;
  }

  private void addScaled(Array part, double factor, Array sum) {
    for (int at = 0; at < part.size(); at += BLOCK) {
      int n = Math.min(BLOCK, part.size() - at);
      part.read(at, added, 0, n);
      sum.read(at, sums, 0, n);
      for (int i = 0; i < n; i++) {
        sums[i] += factor * added[i];
      }
      sum.write(at, sums, 0, n);
    }
  }
}

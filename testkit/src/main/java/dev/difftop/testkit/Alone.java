package dev.difftop.testkit;

import dev.difftop.api.Problem;
import dev.difftop.api.array.Array;
import java.util.LinkedHashMap;
import java.util.Map;

/** One sample of a batch as a problem of its own. */
public final class Alone {
  private Alone() {}

  /**
   * A sample by itself.
   *
   * @param p problems
   * @param b which of them, from 0
   * @return the same problem at batch size 1, its numbers copied, its parameters shared
   */
  public static Problem of(Problem p, int b) {
    Map<String, Array> context = new LinkedHashMap<>();
    p.context().forEach((name, array) -> context.put(name, row(array, b)));
    boolean shared = p.low().shape().rank() == 2;
    return new Problem(
        p.spec(),
        p.dtype(),
        row(p.initialState(), b),
        shared ? p.low() : row(p.low(), b),
        shared ? p.high() : row(p.high(), b),
        context,
        p.parameters());
  }

  /** One row of an array whose first axis is the batch, copied. */
  static Array row(Array batch, int b) {
    int[] dims = batch.shape().dims().clone();
    int length = batch.size() / dims[0];
    double[] values = new double[length];
    batch.read(b * length, values, 0, length);
    dims[0] = 1;
    return Array.of(values, dims);
  }
}

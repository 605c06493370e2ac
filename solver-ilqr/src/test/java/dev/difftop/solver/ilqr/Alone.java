package dev.difftop.solver.ilqr;

import dev.difftop.api.Array;
import dev.difftop.api.Problem;
import java.util.LinkedHashMap;
import java.util.Map;

/** One sample of a batch as a problem of its own. */
final class Alone {
  private Alone() {}

  static Problem of(Problem p, int b) {
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

  private static Array row(Array batch, int b) {
    int[] dims = batch.shape().dims().clone();
    int length = batch.size() / dims[0];
    double[] values = new double[length];
    batch.read(b * length, values, 0, length);
    dims[0] = 1;
    return Array.of(values, dims);
  }
}

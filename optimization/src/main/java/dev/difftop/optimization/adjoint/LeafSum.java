package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.optimization.Objective;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds up derivatives in the leaves of a problem, and in its bounds. */
final class LeafSum {
  private final Problem problem;
  private final double[] low;
  private final double[] high;
  private Map<String, Array> leaves;

  LeafSum(Problem problem) {
    this.problem = problem;
    int n = problem.spec().horizon() * problem.spec().actionSize();
    this.low = new double[problem.batch() * n];
    this.high = new double[problem.batch() * n];
  }

  /** Adds; takes over the arrays of the first. */
  void add(Map<String, Array> more) {
    if (leaves == null) {
      leaves = more;
      return;
    }
    leaves.forEach(
        (name, sum) -> {
          Array other = more.get(name);
          for (int i = 0; i < sum.size(); i++) {
            sum.set(i, sum.get(i) + other.get(i));
          }
        });
  }

  /** Adds to the bound that holds a component. */
  void addToBound(Linearization at, int k, double bar) {
    (at.isAtLow(k) ? low : high)[k] += bar;
  }

  void addToLow(int k, double bar) {
    low[k] += bar;
  }

  void addToHigh(int k, double bar) {
    high[k] += bar;
  }

  /** The sum; zeros if nothing was added. */
  Gradients gradients(Gradients.Sample[] samples) {
    ProblemSpec spec = problem.spec();
    int batch = problem.batch();
    Map<String, Array> parameters = new LinkedHashMap<>();
    spec.parameters().forEach((name, p) -> parameters.put(name, leaf(name, p.shape())));
    Map<String, Array> context = new LinkedHashMap<>();
    spec.context()
        .forEach(
            (name, s) -> context.put(name, leaf(name, Shape.batched(s.dims()).withBatch(batch))));
    int h = spec.horizon();
    int nu = spec.actionSize();
    return new Gradients(
        parameters,
        context,
        leaf(Objective.INITIAL_STATE, Shape.of(batch, spec.stateSize())),
        Array.of(low, batch, h, nu),
        Array.of(high, batch, h, nu),
        samples);
  }

  private Array leaf(String name, Shape shape) {
    return leaves == null
        ? Array.zeros(DType.FLOAT64, shape)
        : leaves.get(name).reshape(shape.dims());
  }
}

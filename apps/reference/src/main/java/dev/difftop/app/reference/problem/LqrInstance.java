package dev.difftop.app.reference.problem;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.app.reference.format.ActionBounds;
import dev.difftop.app.reference.format.Values;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code problem: lqr}: time-varying matrices per instance, as context. */
final class LqrInstance implements Instance {
  private final int nx;
  private final int nu;
  private final int stages;
  private final double[] target;
  private final ActionBounds bounds;
  private final Problem problem;

  /** An entry of {@code instances}. */
  LqrInstance(Values in, ActionBounds bounds, Parts parts, DType dtype) {
    this.nx = in.size("nx");
    this.nu = in.size("nu");
    this.stages = in.size("T");
    this.bounds = bounds;
    int n = nx + nu;
    this.target = in.array("uref");
    Shapes shapes = Parts.shapes(nx, nu);
    ProblemSpec spec =
        new ProblemSpec(
            parts.dynamics("linear-time-varying", shapes, "stages=" + stages),
            parts.cost("quadratic", shapes, "stages=" + stages),
            stages,
            1);
    Map<String, Array> context = new LinkedHashMap<>();
    context.put("C", Array.of(in.array("C"), 1, stages, n, n));
    context.put("c", Array.of(in.array("c"), 1, stages, n));
    // The state after the last control costs nothing: its transition is filled up with zeros.
    context.put("F", Array.of(Arrays.copyOf(in.array("F"), stages * nx * n), 1, stages, nx, n));
    context.put("f", Array.of(Arrays.copyOf(in.array("f"), stages * nx), 1, stages, nx));
    this.problem =
        new Problem(
            spec,
            dtype,
            Array.of(in.array("x0"), 1, nx),
            Array.of(bounds.low(), stages, nu),
            Array.of(bounds.high(), stages, nu),
            context,
            Map.of());
  }

  @Override
  public Problem problem() {
    return problem;
  }

  @Override
  public Array guess(Start start) {
    if (start != Start.ZERO) {
      throw new IllegalArgumentException("an lqr problem has no start but zero");
    }
    return problem.zeroGuess();
  }

  @Override
  public double loss(Solution solution) {
    double sum = 0;
    for (int i = 0; i < nu; i++) {
      double d = solution.actions().get(i) - target[i];
      sum += 0.5 * d * d;
    }
    return sum;
  }

  @Override
  public Cotangents cotangents(Solution solution) {
    double[] bar = new double[stages * nu];
    for (int i = 0; i < nu; i++) {
      bar[i] = solution.actions().get(i) - target[i];
    }
    return Cotangents.ofActions(bar);
  }

  @Override
  public Map<String, Object> gradients(Gradients g, boolean[] failed) {
    int n = nx + nu;
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("C", Nested.of(symmetric(g.context().get("C").toDoubles(), n), stages, n, n));
    out.put("c", Nested.of(g.context().get("c").toDoubles(), stages, n));
    out.put("F", Nested.of(g.context().get("F").toDoubles(), stages - 1, nx, n));
    out.put("f", Nested.of(g.context().get("f").toDoubles(), stages - 1, nx));
    out.put("x0", Nested.of(g.initialState().toDoubles(), nx));
    if (bounds.isBounded()) {
      out.putAll(BoundGradients.of(bounds, g, nu));
    }
    return Map.of("grad", out);
  }

  /** Only the symmetric part of C enters the cost. */
  private static double[] symmetric(double[] c, int n) {
    double[] out = new double[c.length];
    for (int i = 0; i < c.length; i++) {
      int block = i / (n * n) * n * n;
      int row = i / n % n;
      int column = i % n;
      out[i] = 0.5 * (c[i] + c[block + column * n + row]);
    }
    return out;
  }

  @Override
  public int states() {
    return stages;
  }

  @Override
  public boolean scalarActions() {
    return false;
  }
}

package dev.difftop.solver.lagrangian;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The search for a {@link Polytope}'s nearest point as a trajectory problem of one step. What every
 * sample has of its own are context leaves: {@code wish}, {@code b} and {@code e}.
 */
record Projection(double[][] a, double[][] e) implements ConstrainedCost {
  @Override
  public double penalty() {
    return 100;
  }

  @Override
  public void declare(Declarations declare) {
    declare.context("wish", Shape.of(actions()));
    if (a.length > 0) {
      declare.context("b", Shape.of(a.length));
    }
    if (e.length > 0) {
      declare.context("e", Shape.of(e.length));
    }
  }

  private int actions() {
    return a.length > 0 ? a[0].length : e[0].length;
  }

  @Override
  public Tensor stage(Stage at) {
    return at.u().minus(at.context("wish")).square().sum(1).times(0.5);
  }

  @Override
  public Terminal terminal(Point at) {
    return Terminal.none();
  }

  @Override
  public Tensor inequalities(Stage at) {
    return rows(a, at, "b");
  }

  @Override
  public Tensor equalities(Stage at) {
    return rows(e, at, "e");
  }

  private static Tensor rows(double[][] rows, Stage at, String right) {
    if (rows.length == 0) {
      return null;
    }
    Tensor[] each = new Tensor[rows.length];
    for (int j = 0; j < rows.length; j++) {
      each[j] = at.u().times(Tensor.constant(rows[j])).sum(1);
    }
    return Tensor.stack(1, each).minus(at.context(right));
  }

  /** Several searches at once, each within {@code [low, high]}. */
  Problem problem(
      double[][] wishes, double[][] b, double[][] eRight, double low, double high, DType dtype) {
    int n = actions();
    int batch = wishes.length;
    Map<String, Array> context = new LinkedHashMap<>();
    context.put("wish", joined(wishes));
    if (a.length > 0) {
      context.put("b", joined(b));
    }
    if (e.length > 0) {
      context.put("e", joined(eRight));
    }
    Array down = Array.zeros(DType.FLOAT64, Shape.of(1, n));
    Array up = Array.zeros(DType.FLOAT64, Shape.of(1, n));
    down.fill(low);
    up.fill(high);
    return new Problem(
        new ProblemSpec(new Still(n), this, 1, 1),
        dtype,
        Array.zeros(DType.FLOAT64, Shape.of(batch, 1)),
        down,
        up,
        context,
        Map.of());
  }

  private static Array joined(double[][] rows) {
    Array out = Array.zeros(DType.FLOAT64, Shape.of(rows.length, rows[0].length));
    for (int i = 0; i < rows.length; i++) {
      out.write(i * rows[0].length, rows[i], 0, rows[0].length);
    }
    return out;
  }

  /** Nothing moves. */
  private record Still(int actionSize) implements Dynamics {
    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x();
    }
  }
}

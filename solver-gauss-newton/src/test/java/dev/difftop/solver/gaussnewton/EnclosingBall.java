package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Cost;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the centre of the smallest ball around points of the plane: {@code max_i 1/2 |u - p_i|²}.
 */
record EnclosingBall(double[] points) implements Cost {
  /**
   * A problem with one step from the origin.
   *
   * @param points x, y, x, y ...
   */
  static Problem problem(int batch, double low, double high, double... points) {
    Array lows = Array.zeros(DType.FLOAT64, Shape.of(1, 2));
    Array highs = Array.zeros(DType.FLOAT64, Shape.of(1, 2));
    lows.fill(low);
    highs.fill(high);
    return new Problem(
        new ProblemSpec(new Step(), new EnclosingBall(points), 1, 1),
        DType.FLOAT64,
        Array.zeros(DType.FLOAT64, Shape.of(batch, 2)),
        lows,
        highs,
        Map.of(),
        Map.of());
  }

  @Override
  public Tensor stage(Stage at) {
    return Tensor.zeros(Shape.batched());
  }

  @Override
  public Terminal terminal(Point at) {
    List<Tensor> pieces = new ArrayList<>();
    for (int i = 0; i < points.length; i += 2) {
      Tensor point = Tensor.constant(new double[] {points[i], points[i + 1]});
      pieces.add(at.x().minus(point).square().sum(1).times(0.5));
    }
    return new Terminal(Terminal.Combiner.MAX, 0, pieces);
  }

  private static final class Step implements Dynamics {
    @Override
    public int stateSize() {
      return 2;
    }

    @Override
    public int actionSize() {
      return 2;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x().plus(at.u());
    }
  }
}

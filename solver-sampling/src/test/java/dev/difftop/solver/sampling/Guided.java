package dev.difftop.solver.sampling;

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
import java.util.Map;
import java.util.Set;

/** A cost with a policy: from 1 towards 0, {@code x' = x - u}; the policy goes half of the way. */
final class Guided implements Cost {
  /** Three steps from 1. */
  static Problem problem(int batch, double low, double high) {
    Array x0 = Array.zeros(DType.FLOAT64, Shape.of(batch, 1));
    Array lows = Array.zeros(DType.FLOAT64, Shape.of(3, 1));
    Array highs = Array.zeros(DType.FLOAT64, Shape.of(3, 1));
    x0.fill(1);
    lows.fill(low);
    highs.fill(high);
    return new Problem(
        new ProblemSpec(new Walk(), new Guided(), 3, 1),
        DType.FLOAT64,
        x0,
        lows,
        highs,
        Map.of(),
        Map.of());
  }

  @Override
  public Set<String> heads() {
    return Set.of("policy");
  }

  @Override
  public Tensor head(String name, Stage at) {
    return name.equals("policy") ? at.x().times(0.5) : Cost.super.head(name, at);
  }

  @Override
  public Tensor stage(Stage at) {
    return at.u().square().sum(1).times(0.1);
  }

  @Override
  public Terminal terminal(Point at) {
    return Terminal.of(at.x().square().sum(1));
  }

  private static final class Walk implements Dynamics {
    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x().minus(at.u());
    }
  }
}

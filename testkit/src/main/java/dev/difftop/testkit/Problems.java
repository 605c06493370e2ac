package dev.difftop.testkit;

import dev.difftop.api.Array;
import dev.difftop.api.Cost;
import dev.difftop.api.DType;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Initializer;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shape;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Trajectory problems to test solvers and adjoints with. See also {@link LinearQuadratic}. */
public final class Problems {
  private Problems() {}

  /**
   * A pendulum that swings up with a weak motor: nonlinear, not convex, the bounds active in part.
   * State (angle from upright, angular velocity), torque u, time step 0.05 s; parameters {@code
   * dynamics/gravity} and {@code cost/effort}; a different start in every sample.
   *
   * @param bound largest |u|; infinite for none
   */
  public static Problem pendulum(int horizon, int batch, double bound) {
    Array x0 = Array.zeros(DType.FLOAT64, Shape.of(batch, 2));
    for (int b = 0; b < batch; b++) {
      x0.set(2 * b, 0.9 + 0.35 * b);
      x0.set(2 * b + 1, 0.4 - 0.3 * b);
    }
    Array low = Array.zeros(DType.FLOAT64, Shape.of(horizon, 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(horizon, 1));
    low.fill(-bound);
    high.fill(bound);
    return new Problem(
        new ProblemSpec(new Pendulum(), new SwingUp(), horizon, 0.98),
        DType.FLOAT64,
        x0,
        low,
        high,
        Map.of(),
        Map.of("dynamics/gravity", Array.scalar(10), "cost/effort", Array.scalar(0.05)));
  }

  /** The same problem from other states, shape (B, nx). */
  public static Problem from(Problem p, Array initialState) {
    return new Problem(
        p.spec(), p.dtype(), initialState, p.low(), p.high(), p.context(), p.parameters());
  }

  /** The same problem in another box, shapes (H, nu) or (B, H, nu). */
  public static Problem within(Problem p, Array low, Array high) {
    return new Problem(
        p.spec(), p.dtype(), p.initialState(), low, high, p.context(), p.parameters());
  }

  /** The same problem computed in another format. */
  public static Problem in(Problem p, DType dtype) {
    return new Problem(
        p.spec(), dtype, p.initialState(), p.low(), p.high(), p.context(), p.parameters());
  }

  /** A copy that shares no array with the problem. */
  public static Problem copy(Problem p) {
    return new Problem(
        p.spec(),
        p.dtype(),
        copy(p.initialState()),
        copy(p.low()),
        copy(p.high()),
        copy(p.context()),
        copy(p.parameters()));
  }

  private static Array copy(Array a) {
    return a.as(a.dtype());
  }

  private static Map<String, Array> copy(Map<String, Array> arrays) {
    Map<String, Array> out = new LinkedHashMap<>();
    arrays.forEach((name, array) -> out.put(name, copy(array)));
    return out;
  }

  private static final class Pendulum implements Dynamics {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("gravity", Shape.scalar(), new Initializer.Constant(10));
    }

    @Override
    public int stateSize() {
      return 2;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor angle = at.x().slice(1, 0, 1);
      Tensor pull = angle.sin().times(at.parameter("gravity")).times(1.5);
      Tensor velocity = at.x().slice(1, 1, 1).plus(pull.plus(at.u().times(3)).times(0.05));
      return Tensor.concat(1, angle.plus(velocity.times(0.05)), velocity);
    }
  }

  private static final class SwingUp implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("effort", Shape.scalar(), new Initializer.Constant(0.05));
    }

    @Override
    public Tensor stage(Stage at) {
      Tensor effort = at.u().square().sum(1).times(at.parameter("effort"));
      return height(at).plus(effort);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(height(at).times(5));
    }

    private static Tensor height(Point at) {
      Tensor fallen = at.x().get(1, 0).cos().negate().plus(1);
      return fallen.plus(at.x().get(1, 1).square().times(0.05));
    }
  }
}

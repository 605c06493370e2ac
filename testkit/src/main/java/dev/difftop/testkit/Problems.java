package dev.difftop.testkit;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
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

  /**
   * A drifting point that two smooth judges rate at the end, the worse of them counting: the
   * optimum lies on the kink where they agree, with components free and, in a box below 0.9, some
   * on a bound. State and action of size 2, horizon 2; parameters {@code cost/tilt} (2) and {@code
   * cost/price}.
   *
   * @param bound largest |u|
   */
  public static Problem kinked(int batch, double bound) {
    Array x0 = Array.zeros(DType.FLOAT64, Shape.of(batch, 2));
    for (int b = 0; b < batch; b++) {
      x0.set(2 * b, 0.3 - 0.1 * b);
      x0.set(2 * b + 1, 0.5 - 0.2 * b);
    }
    Array low = Array.zeros(DType.FLOAT64, Shape.of(2, 2));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(2, 2));
    low.fill(-bound);
    high.fill(bound);
    return new Problem(
        new ProblemSpec(new Drift(), new WorseJudge(), 2, 0.95),
        DType.FLOAT64,
        x0,
        low,
        high,
        Map.of(),
        Map.of("cost/tilt", Array.of(new double[] {0.8, 0.9}), "cost/price", Array.scalar(0.3)));
  }

  /** The difference of the two judges of {@link #kinked} at some actions of a sample. */
  public static double kinkGap(Problem problem, double[] actions, int sample) {
    double[] x = {
      problem.initialState().get(2 * sample), problem.initialState().get(2 * sample + 1)
    };
    for (int t = 0; t < 2; t++) {
      double u0 = actions[sample * 4 + 2 * t];
      double u1 = actions[sample * 4 + 2 * t + 1];
      x = new double[] {x[0] + u0 + 0.2 * Math.sin(x[1]), x[1] + u1 + 0.1 * x[0] * u0};
    }
    Array tilt = problem.parameters().get("cost/tilt");
    return 2 * (Math.tanh(tilt.get(0) * x[0]) + tilt.get(1) * x[1]);
  }

  /**
   * A cart with drag that is to go to a place, not faster than allowed nor with more power than it
   * has, and to end at a given speed: the optimum has limits of every kind active beside a bound,
   * and multipliers above 0. State (place, speed), force u, horizon 7; parameters {@code
   * cost/goal}, {@code cost/fastest}, {@code cost/power} and {@code cost/last-speed}; a different
   * start in every sample.
   *
   * @param bound largest |u|; 1.1 holds some components, 4 none
   */
  public static Problem limited(int batch, double bound) {
    Array x0 = Array.zeros(DType.FLOAT64, Shape.of(batch, 2));
    for (int b = 0; b < batch; b++) {
      x0.set(2 * b, 0.05 - 0.1 * b);
      x0.set(2 * b + 1, 0.22 + 0.1 * b);
    }
    Array low = Array.zeros(DType.FLOAT64, Shape.of(7, 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(7, 1));
    low.fill(-bound);
    high.fill(bound);
    Map<String, Array> parameters =
        Map.of(
            "cost/goal", Array.scalar(1.5),
            "cost/fastest", Array.scalar(0.8),
            "cost/power", Array.scalar(0.3),
            "cost/last-speed", Array.scalar(0.1));
    return new Problem(
        new ProblemSpec(new Road(), new LimitedDrive(), 7, 0.95),
        DType.FLOAT64,
        x0,
        low,
        high,
        Map.of(),
        parameters);
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

  private static final class Drift implements Dynamics {
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
      Tensor x0 = at.x().slice(1, 0, 1);
      Tensor x1 = at.x().slice(1, 1, 1);
      Tensor u0 = at.u().slice(1, 0, 1);
      Tensor u1 = at.u().slice(1, 1, 1);
      return Tensor.concat(
          1, x0.plus(u0).plus(x1.sin().times(0.2)), x1.plus(u1).plus(x0.times(u0).times(0.1)));
    }
  }

  private static final class WorseJudge implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("tilt", Shape.of(2), new Initializer.Given(0.8, 0.9));
      declare.parameter("price", Shape.scalar(), new Initializer.Constant(0.3));
    }

    @Override
    public Tensor stage(Stage at) {
      return at.u().square().sum(1).times(at.parameter("price"));
    }

    @Override
    public Terminal terminal(Point at) {
      Tensor tilt = at.parameter("tilt");
      Tensor x0 = at.x().get(1, 0);
      Tensor x1 = at.x().get(1, 1);
      Tensor common = x0.minus(1.5).square().plus(x1.plus(1).square());
      Tensor apart = x0.times(tilt.get(0, 0)).tanh().plus(x1.times(tilt.get(0, 1)));
      return new Terminal(
          Terminal.Combiner.MAX, 0, List.of(common.plus(apart), common.minus(apart)));
    }
  }

  /** Speed with drag. */
  private static final class Road implements Dynamics {
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
      Tensor place = at.x().slice(1, 0, 1);
      Tensor speed = at.x().slice(1, 1, 1);
      Tensor drag = speed.square().times(speed).times(0.1);
      Tensor next = speed.plus(at.u().minus(drag).times(0.4));
      return Tensor.concat(1, place.plus(next.times(0.4)), next);
    }
  }

  private static final class LimitedDrive implements ConstrainedCost {
    @Override
    public double penalty() {
      return 30;
    }

    @Override
    public void declare(Declarations declare) {
      declare.parameter("goal", Shape.scalar(), new Initializer.Constant(1.5));
      declare.parameter("fastest", Shape.scalar(), new Initializer.Constant(0.8));
      declare.parameter("power", Shape.scalar(), new Initializer.Constant(0.3));
      declare.parameter("last-speed", Shape.scalar(), new Initializer.Constant(0.1));
    }

    private static Tensor away(Point at) {
      return at.x().get(1, 0).minus(at.parameter("goal")).square();
    }

    @Override
    public Tensor stage(Stage at) {
      return away(at).plus(at.u().square().sum(1).times(0.05));
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(away(at).times(3));
    }

    @Override
    public Tensor inequalities(Stage at) {
      Tensor speed = at.x().slice(1, 1, 1);
      Tensor power = speed.times(at.u());
      return Tensor.concat(
          1, speed.minus(at.parameter("fastest")), power.minus(at.parameter("power")));
    }

    @Override
    public Tensor terminalEqualities(Point at) {
      return at.x().slice(1, 1, 1).minus(at.parameter("last-speed"));
    }
  }
}

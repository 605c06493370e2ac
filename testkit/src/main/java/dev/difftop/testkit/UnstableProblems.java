package dev.difftop.testkit;

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
import java.util.List;
import java.util.Map;

/**
 * Problems that start near an unstable equilibrium and stay there at the optimum, over horizons in
 * which every open-loop guess falls: rollouts say nothing about where to go. Time step 0.05 s.
 */
public final class UnstableProblems {
  private UnstableProblems() {}

  /**
   * A problem.
   *
   * @param name what it is
   * @param problem one sample
   * @param balanced a cost that is only reached in balance
   */
  public record Case(String name, Problem problem, double balanced) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Pendulums and carts with a pole, from 60 to 120 steps. */
  public static List<Case> table() {
    return List.of(
        pendulum(80, 0.05, 2),
        pendulum(100, -0.1, Double.POSITIVE_INFINITY),
        pendulum(120, 0.05, 2),
        cartPole(100, 0.05, 10),
        scalar(60, 0.5));
  }

  /**
   * Twenty problems of 50 to 2000 steps, by horizon. The last states of most are rounding long
   * before the end.
   */
  public static List<Case> longTable() {
    double open = Double.POSITIVE_INFINITY;
    return List.of(
        pendulum(50, 0.05, 2),
        cartPole(50, 0.05, 10),
        scalar(60, 0.5),
        linearCase(50, 1),
        pushed(50, 0.5, 3),
        pendulum(100, -0.1, open),
        cartPole(100, 0.05, 10),
        scalar(100, -0.5),
        linearCase(100, 1),
        pushed(100, 0.5, 3),
        pendulum(200, 0.05, 2),
        cartPole(200, 0.05, 10),
        linearCase(200, 1),
        pushed(200, 0.5, 3),
        pendulum(500, 0.05, 2),
        cartPole(500, 0.05, 10),
        scalar(1000, 0.5),
        pendulum(2000, 0.05, 2),
        linearCase(2000, 1),
        pushed(2000, 0.5, 3));
  }

  /** An inverted pendulum of length 1 m and mass 1 kg; torque within the bound. */
  public static Case pendulum(int horizon, double angle, double bound) {
    return make("pendulum", horizon, bound, new Pendulum(), new double[] {angle, 0}, 0.5);
  }

  /** A pole of half length 0.5 m and 0.1 kg on a cart of 1 kg; force within the bound. */
  public static Case cartPole(int horizon, double angle, double bound) {
    return make("cart-pole", horizon, bound, new CartPole(), new double[] {0, 0, angle, 0}, 3);
  }

  /** {@code x' = 1.4 x + 0.1 sin x + u}. */
  public static Case scalar(int horizon, double start) {
    return make("scalar", horizon, Double.POSITIVE_INFINITY, new Scalar(), new double[] {start}, 1);
  }

  /** {@code x' = 1.5 x + u} with the same cost: linear-quadratic. */
  public static Problem linear(int horizon, double start) {
    return linearCase(horizon, start).problem();
  }

  private static Case linearCase(int horizon, double start) {
    double open = Double.POSITIVE_INFINITY;
    return make("linear", horizon, open, new Linear(), new double[] {start}, 1);
  }

  /** A mass that is pushed away from its place, {@code p'' = 4 p + u}, force within the bound. */
  public static Case pushed(int horizon, double place, double bound) {
    return make("pushed mass", horizon, bound, new Pushed(), new double[] {place, 0}, 10);
  }

  private static Case make(
      String name, int horizon, double bound, Dynamics dynamics, double[] x0, double balanced) {
    ProblemSpec spec = new ProblemSpec(dynamics, new Effort(), horizon, 1);
    Array low = Array.zeros(DType.FLOAT64, Shape.of(horizon, 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(horizon, 1));
    low.fill(-bound);
    high.fill(bound);
    Problem problem =
        new Problem(spec, DType.FLOAT64, Array.of(x0, 1, x0.length), low, high, Map.of(), Map.of());
    String limits = Double.isInfinite(bound) ? "open" : "within " + bound;
    return new Case(
        "%s, %d steps from %s, %s".formatted(name, horizon, java.util.Arrays.toString(x0), limits),
        problem,
        balanced);
  }

  private static final class Pendulum implements Dynamics {
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
      Tensor turn = angle.sin().times(9.81).plus(at.u());
      Tensor velocity = at.x().slice(1, 1, 1).plus(turn.times(0.05));
      return Tensor.concat(1, angle.plus(velocity.times(0.05)), velocity);
    }
  }

  private static final class CartPole implements Dynamics {
    @Override
    public int stateSize() {
      return 4;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor angle = at.x().slice(1, 2, 1);
      Tensor spin = at.x().slice(1, 3, 1);
      Tensor sin = angle.sin();
      Tensor cos = angle.cos();
      Tensor push = at.u().plus(spin.square().times(sin).times(0.05)).times(1 / 1.1);
      Tensor inertia = cos.square().times(-0.1 / 1.1).plus(4.0 / 3).times(0.5);
      Tensor turn = sin.times(9.81).minus(cos.times(push)).dividedBy(inertia);
      Tensor pull = push.minus(turn.times(cos).times(0.05 / 1.1));
      Tensor speed = at.x().slice(1, 1, 1).plus(pull.times(0.05));
      Tensor next = spin.plus(turn.times(0.05));
      return Tensor.concat(
          1,
          at.x().slice(1, 0, 1).plus(speed.times(0.05)),
          speed,
          angle.plus(next.times(0.05)),
          next);
    }
  }

  private static final class Scalar implements Dynamics {
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
      return at.x().times(1.4).plus(at.x().sin().times(0.1)).plus(at.u());
    }
  }

  private static final class Linear implements Dynamics {
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
      return at.x().times(1.5).plus(at.u());
    }
  }

  private static final class Pushed implements Dynamics {
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
      Tensor next = speed.plus(place.times(4).plus(at.u()).times(0.05));
      return Tensor.concat(1, place.plus(next.times(0.05)), next);
    }
  }

  private static final class Effort implements Cost {
    @Override
    public Tensor stage(Stage at) {
      return at.x().square().sum(1).plus(at.u().square().sum(1).times(0.05)).times(0.5);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(at.x().square().sum(1).times(0.5));
    }
  }
}

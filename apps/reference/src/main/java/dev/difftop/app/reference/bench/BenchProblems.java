package dev.difftop.app.reference.bench;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Trajectory problems drawn with {@link Random}, whose numbers other languages can draw as well, so
 * that other programs are measured on the same problems. All numbers are in the order given here.
 */
final class BenchProblems {
  /**
   * A problem with the derivative of a loss in its actions.
   *
   * @param loss dL/du at given actions, (B, H, nu) row-major
   */
  record Drawn(Problem problem, Loss loss) {}

  /** The derivative of a loss in the actions. */
  interface Loss {
    double[] slope(double[] actions);
  }

  private final Assembly assembly;
  private final Configurations configurations;
  private final Engine engine;

  BenchProblems(Assembly assembly, Configurations configurations) {
    this.assembly = assembly;
    this.configurations = configurations;
    this.engine = assembly.engine();
  }

  // ------------------------------------------------------------------ linear-quadratic

  /**
   * Linear-quadratic problems without bounds, 12 states, 4 actions, 20 stages, the same matrices in
   * all stages. Sample b with seed {@code 1000 + b}, all numbers in [-1, 1): M, c, A, B, f, x_0 and
   * u_ref, where {@code C = I + M M'/n}, {@code F = [0.7 I + 0.3/sqrt(nx) A, B]} and f is scaled by
   * 0.1. The last action enters its own cost alone. Loss: {@code 1/2 |u_0 - u_ref|²}.
   */
  Drawn linearQuadratic(int batch) {
    LinearQuadratic lq = new LinearQuadratic(batch);
    for (int b = 0; b < batch; b++) {
      lq.draw(b, new Random(1000 + b));
    }
    int nx = LinearQuadratic.NX;
    int nu = LinearQuadratic.NU;
    int h = LinearQuadratic.STAGES;
    int n = nx + nu;
    Shapes shapes = new Shapes(Map.of(), nu, nx);
    ProblemSpec spec =
        new ProblemSpec(
            dynamics("linear-time-varying", shapes, "stages=" + h),
            cost("quadratic", shapes, "stages=" + h),
            h,
            1);
    Map<String, Array> context = new LinkedHashMap<>();
    context.put("F", own(lq.dynamics, batch, h, nx, n));
    context.put("f", own(lq.offset, batch, h, nx));
    context.put("C", own(lq.curvature, batch, h, n, n));
    context.put("c", own(lq.slope, batch, h, n));
    Array x0 = own(lq.start, batch, nx);
    Problem problem = problem(spec, x0, Double.POSITIVE_INFINITY, context, Map.of());
    return new Drawn(problem, lq::lossSlope);
  }

  /** The numbers of a batch. */
  private static final class LinearQuadratic {
    static final int NX = 12;
    static final int NU = 4;
    static final int STAGES = 20;
    private static final int N = NX + NU;

    private final int batch;
    private final double[] curvature;
    private final double[] slope;
    private final double[] dynamics;
    private final double[] offset;
    private final double[] start;
    private final double[] target;

    LinearQuadratic(int batch) {
      this.batch = batch;
      this.curvature = new double[batch * STAGES * N * N];
      this.slope = new double[batch * STAGES * N];
      this.dynamics = new double[batch * STAGES * NX * N];
      this.offset = new double[batch * STAGES * NX];
      this.start = new double[batch * NX];
      this.target = new double[batch * NU];
    }

    void draw(int b, Random random) {
      double[] root = uniform(random, N * N);
      double[] c = uniform(random, N);
      double[] a = uniform(random, NX * NX);
      double[] actions = uniform(random, NX * NU);
      double[] f = uniform(random, NX);
      System.arraycopy(uniform(random, NX), 0, start, b * NX, NX);
      System.arraycopy(uniform(random, NU), 0, target, b * NU, NU);
      double[] square = gram(root);
      double[] matrix = joined(a, actions);
      for (int t = 0; t < STAGES; t++) {
        int stage = b * STAGES + t;
        System.arraycopy(square, 0, curvature, stage * N * N, N * N);
        System.arraycopy(c, 0, slope, stage * N, N);
        if (t < STAGES - 1) {
          System.arraycopy(matrix, 0, dynamics, stage * NX * N, NX * N);
          for (int i = 0; i < NX; i++) {
            offset[stage * NX + i] = 0.1 * f[i];
          }
        }
      }
    }

    /** I + M M' / n. */
    private static double[] gram(double[] m) {
      double[] out = new double[N * N];
      for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
          double sum = 0;
          for (int k = 0; k < N; k++) {
            sum += m[i * N + k] * m[j * N + k];
          }
          out[i * N + j] = sum / N + (i == j ? 1 : 0);
        }
      }
      return out;
    }

    private static double[] joined(double[] a, double[] actions) {
      double[] out = new double[NX * N];
      for (int i = 0; i < NX; i++) {
        for (int j = 0; j < NX; j++) {
          out[i * N + j] = (i == j ? 0.7 : 0) + 0.3 / Math.sqrt(NX) * a[i * NX + j];
        }
        System.arraycopy(actions, i * NU, out, i * N + NX, NU);
      }
      return out;
    }

    double[] lossSlope(double[] u) {
      double[] bar = new double[u.length];
      for (int b = 0; b < batch; b++) {
        for (int i = 0; i < NU; i++) {
          int k = b * STAGES * NU + i;
          bar[k] = u[k] - target[b * NU + i];
        }
      }
      return bar;
    }
  }

  private static double[] uniform(Random random, int count) {
    return random.doubles(count, -1, 1).toArray();
  }

  // ------------------------------------------------------------------ pendulum, cartpole

  /**
   * A pendulum to be swung up with |u| at most 2, 20 stages of 0.05 s. Every sample starts at an
   * angle in [0.6, 4) and a velocity in [-1, 1), in this order; seed 2000. Loss: {@code Σ cos(0.7
   * t) u_t}.
   */
  Drawn pendulum(int batch) {
    Random random = new Random(2000);
    double[] x0 = new double[batch * 2];
    for (int b = 0; b < batch; b++) {
      x0[2 * b] = between(random, 0.6, 4);
      x0[2 * b + 1] = between(random, -1, 1);
    }
    Map<String, Double> parameters = new LinkedHashMap<>();
    parameters.put("dynamics/g", 10.0);
    parameters.put("dynamics/m", 1.0);
    parameters.put("dynamics/l", 1.0);
    parameters.put("cost/q_c", 1.0);
    parameters.put("cost/q_s", 1.0);
    parameters.put("cost/q_w", 0.1);
    parameters.put("cost/r", 0.05);
    return swing("pendulum", x0, 2, 20, 2, parameters);
  }

  /**
   * A pole on a cart with |u| at most 5, 25 stages of 0.05 s. Every sample starts at a position and
   * a velocity in [-0.5, 0.5), an angle in [0.2, 1.2), negative if the next number in [0, 1) is 0.5
   * or more, and an angular velocity in [-0.5, 0.5), in this order; seed 3000. Loss as above.
   */
  Drawn cartpole(int batch) {
    Random random = new Random(3000);
    double[] x0 = new double[batch * 4];
    for (int b = 0; b < batch; b++) {
      x0[4 * b] = between(random, -0.5, 0.5);
      x0[4 * b + 1] = between(random, -0.5, 0.5);
      double angle = between(random, 0.2, 1.2);
      x0[4 * b + 2] = random.nextDouble() < 0.5 ? angle : -angle;
      x0[4 * b + 3] = between(random, -0.5, 0.5);
    }
    Map<String, Double> parameters = new LinkedHashMap<>();
    parameters.put("dynamics/g", 9.8);
    parameters.put("dynamics/mc", 1.0);
    parameters.put("dynamics/mp", 0.1);
    parameters.put("dynamics/l", 0.5);
    parameters.put("cost/q_x", 0.1);
    parameters.put("cost/q_v", 0.05);
    parameters.put("cost/q_c", 1.0);
    parameters.put("cost/q_s", 1.0);
    parameters.put("cost/q_w", 0.05);
    parameters.put("cost/r", 0.01);
    return swing("cartpole", x0, 4, 25, 5, parameters);
  }

  private static double between(Random random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  private Drawn swing(
      String name, double[] x0, int nx, int horizon, double bound, Map<String, Double> values) {
    Shapes shapes = new Shapes(Map.of(), 1, nx);
    ProblemSpec spec =
        new ProblemSpec(
            dynamics(name, shapes, "dt=0.05"), cost(name + "-swingup", shapes), horizon, 1);
    Map<String, Array> parameters = new LinkedHashMap<>();
    values.forEach((key, value) -> parameters.put(key, own(new double[] {value})));
    Array start = own(x0, x0.length / nx, nx);
    Problem problem = problem(spec, start, bound, Map.of(), parameters);
    return new Drawn(problem, u -> swingLoss(u, horizon));
  }

  private static double[] swingLoss(double[] u, int horizon) {
    double[] bar = new double[u.length];
    for (int i = 0; i < bar.length; i++) {
      bar[i] = Math.cos(0.7 * (i % horizon));
    }
    return bar;
  }

  // ------------------------------------------------------------------ parts

  private Dynamics dynamics(String name, Shapes shapes, String... settings) {
    return assembly.make(
        configurations.choose(Dynamics.class, name, List.of(settings)),
        shapes,
        RandomStream.root(0));
  }

  private Cost cost(String name, Shapes shapes, String... settings) {
    return assembly.make(
        configurations.choose(Cost.class, name, List.of(settings)), shapes, RandomStream.root(0));
  }

  private Array own(double[] values, int... dims) {
    Array array = engine.allocate(DType.FLOAT64, Shape.of(dims));
    array.write(0, values, 0, values.length);
    return array;
  }

  private static Problem problem(
      ProblemSpec spec,
      Array x0,
      double bound,
      Map<String, Array> context,
      Map<String, Array> parameters) {
    Array low = Array.zeros(DType.FLOAT64, Shape.of(spec.horizon(), spec.actionSize()));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(spec.horizon(), spec.actionSize()));
    low.fill(-bound);
    high.fill(bound);
    return new Problem(spec, DType.FLOAT64, x0, low, high, context, parameters);
  }
}

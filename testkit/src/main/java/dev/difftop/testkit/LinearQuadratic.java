package dev.difftop.testkit;

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
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A batch of linear-quadratic problems, each with its own time-varying matrices, and their optimum
 * by the Riccati recursion in plain Java. With {@code τ_t = [x_t; u_t]}, n = nx + nu:
 *
 * <pre>
 *   min Σ_{t<H} 1/2 τ_t' C_t τ_t + c_t' τ_t + 1/2 x_H' V x_H + v' x_H,   x_{t+1} = F_t τ_t + f_t
 * </pre>
 *
 * Everything but the sizes is a context leaf: {@code F} (H, nx, n), {@code f} (H, nx), {@code C}
 * (H, n, n), {@code c} (H, n), {@code V} (nx, nx), {@code v} (nx).
 */
public final class LinearQuadratic {
  private final int nx;
  private final int nu;
  private final int horizon;
  private final int batch;
  private final Map<String, Array> leaves = new LinkedHashMap<>();
  private final Array initialState;
  private final ProblemSpec spec;

  private LinearQuadratic(int nx, int nu, int horizon, int batch) {
    this.nx = nx;
    this.nu = nu;
    this.horizon = horizon;
    this.batch = batch;
    this.spec = new ProblemSpec(new LinearDynamics(), new QuadraticCost(), horizon, 1);
    spec.context()
        .forEach(
            (name, shape) ->
                leaves.put(name, zeros(Shape.batched(shape.dims()).withBatch(batch).dims())));
    this.initialState = zeros(batch, nx);
  }

  private static Array zeros(int... dims) {
    return Array.zeros(DType.FLOAT64, Shape.of(dims));
  }

  private int n() {
    return nx + nu;
  }

  /**
   * A mass pushed by a force, from another place and speed in every sample: {@code x = (position,
   * velocity)}, time step 0.1, cost {@code 1/2 (|x|² + 0.1 u²)}, {@code 5 |x_H|²}.
   */
  public static LinearQuadratic doubleIntegrator(int horizon, int batch) {
    LinearQuadratic lq = new LinearQuadratic(2, 1, horizon, batch);
    for (int i = 0; i < batch * horizon; i++) {
      lq.put("F", i, 1, 0.1, 0, 0, 1, 0.1);
      lq.put("C", i, 1, 0, 0, 0, 1, 0, 0, 0, 0.1);
    }
    for (int b = 0; b < batch; b++) {
      lq.put("V", b, 10, 0, 0, 10);
      lq.initialState.set(2 * b, 1 + 0.5 * b);
      lq.initialState.set(2 * b + 1, 0.3 * b - 0.5);
    }
    return lq;
  }

  /** Everything drawn at random, the costs convex, the dynamics about neutrally stable. */
  public static LinearQuadratic random(int nx, int nu, int horizon, int batch, long seed) {
    LinearQuadratic lq = new LinearQuadratic(nx, nu, horizon, batch);
    Random random = new Random(seed);
    for (int i = 0; i < batch * horizon; i++) {
      lq.put("F", i, normal(random, nx * lq.n(), 1 / Math.sqrt(lq.n())));
      lq.put("f", i, normal(random, nx, 0.1));
      lq.put("C", i, definite(random, lq.n()));
      lq.put("c", i, normal(random, lq.n(), 0.5));
    }
    for (int b = 0; b < batch; b++) {
      lq.put("V", b, definite(random, nx));
      lq.put("v", b, normal(random, nx, 0.5));
    }
    double[] x0 = normal(random, batch * nx, 1);
    lq.initialState.write(0, x0, 0, x0.length);
    return lq;
  }

  private void put(String leaf, int block, double... values) {
    leaves.get(leaf).write(block * values.length, values, 0, values.length);
  }

  private static double[] normal(Random random, int n, double scale) {
    double[] out = new double[n];
    Arrays.setAll(out, i -> scale * random.nextGaussian());
    return out;
  }

  /** A Gram matrix plus the identity, (n, n). */
  private static double[] definite(Random random, int n) {
    double[][] g = Matrices.of(normal(random, n * n, 1 / Math.sqrt(n)), 0, n, n);
    double[][] m = Matrices.plus(Matrices.times(g, Matrices.transpose(g)), Matrices.identity(n));
    return Arrays.stream(m).flatMapToDouble(Arrays::stream).toArray();
  }

  /** B. */
  public int batch() {
    return batch;
  }

  /** The form; the same object for every problem made here. */
  public ProblemSpec spec() {
    return spec;
  }

  /** The problem in float64 without bounds. */
  public Problem problem() {
    return problem(DType.FLOAT64, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** The problem with equal bounds on all actions. */
  public Problem problem(DType dtype, double low, double high) {
    Array lows = zeros(horizon, nu);
    Array highs = zeros(horizon, nu);
    lows.fill(low);
    highs.fill(high);
    return new Problem(spec, dtype, initialState, lows, highs, leaves, Map.of());
  }

  /**
   * The optimum without bounds.
   *
   * @param cost J, one per sample
   * @param actions u, (B, H, nu)
   * @param feedback K of {@code u = K x + k}, (B, H, nu, nx)
   */
  public record Optimum(double[] cost, double[] actions, double[] feedback) {}

  /** The optimum, by dynamic programming backwards in time, then a rollout. */
  public Optimum optimum() {
    Optimum optimum =
        new Optimum(
            new double[batch],
            new double[batch * horizon * nu],
            new double[batch * horizon * nu * nx]);
    for (int b = 0; b < batch; b++) {
      solve(b, optimum);
    }
    return optimum;
  }

  private void solve(int b, Optimum out) {
    double[][] p = block("V", b, nx, nx);
    double[][] q = block("v", b, nx, 1);
    double[][][] gains = new double[horizon][][];
    double[][][] offsets = new double[horizon][][];
    for (int t = horizon - 1; t >= 0; t--) {
      int at = b * horizon + t;
      double[][] f = block("F", at, nx, n());
      double[][] ft = Matrices.transpose(f);
      double[][] c = block("C", at, n(), n());
      double[][] h = Matrices.plus(c, Matrices.times(ft, Matrices.times(p, f)));
      double[][] shifted = Matrices.plus(Matrices.times(p, block("f", at, nx, 1)), q);
      double[][] g = Matrices.plus(block("c", at, n(), 1), Matrices.times(ft, shifted));
      double[][] huu = Matrices.block(h, nx, n(), nx, n());
      gains[t] = Matrices.scaled(Matrices.solve(huu, Matrices.block(h, nx, n(), 0, nx)), -1);
      offsets[t] = Matrices.scaled(Matrices.solve(huu, Matrices.block(g, nx, n(), 0, 1)), -1);
      double[][] hxu = Matrices.block(h, 0, nx, nx, n());
      p = Matrices.plus(Matrices.block(h, 0, nx, 0, nx), Matrices.times(hxu, gains[t]));
      q = Matrices.plus(Matrices.block(g, 0, nx, 0, 1), Matrices.times(hxu, offsets[t]));
    }
    rollOut(b, gains, offsets, out);
  }

  private void rollOut(int b, double[][][] gains, double[][][] offsets, Optimum out) {
    double[][] x = Matrices.of(initialState.toDoubles(), b * nx, nx, 1);
    for (int t = 0; t < horizon; t++) {
      int at = b * horizon + t;
      double[][] u = Matrices.plus(Matrices.times(gains[t], x), offsets[t]);
      double[][] tau = Matrices.stacked(x, u);
      out.cost[b] += quadratic(block("C", at, n(), n()), block("c", at, n(), 1), tau);
      for (int i = 0; i < nu; i++) {
        out.actions[at * nu + i] = u[i][0];
        System.arraycopy(gains[t][i], 0, out.feedback, (at * nu + i) * nx, nx);
      }
      x = Matrices.plus(Matrices.times(block("F", at, nx, n()), tau), block("f", at, nx, 1));
    }
    out.cost[b] += quadratic(block("V", b, nx, nx), block("v", b, nx, 1), x);
  }

  private static double quadratic(double[][] m, double[][] slope, double[][] x) {
    double[][] xt = Matrices.transpose(x);
    return 0.5 * Matrices.times(xt, Matrices.times(m, x))[0][0] + Matrices.times(xt, slope)[0][0];
  }

  private double[][] block(String leaf, int index, int rows, int columns) {
    return Matrices.of(leaves.get(leaf).toDoubles(), index * rows * columns, rows, columns);
  }

  private final class LinearDynamics implements Dynamics {
    @Override
    public void declare(Declarations declare) {
      declare.context("F", Shape.of(horizon, nx, n()));
      declare.context("f", Shape.of(horizon, nx));
    }

    @Override
    public int stateSize() {
      return nx;
    }

    @Override
    public int actionSize() {
      return nu;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor tau = Tensor.concat(1, at.x(), at.u());
      return at.at(at.context("F")).timesVector(tau).plus(at.at(at.context("f")));
    }
  }

  private final class QuadraticCost implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.context("C", Shape.of(horizon, n(), n()));
      declare.context("c", Shape.of(horizon, n()));
      declare.context("V", Shape.of(nx, nx));
      declare.context("v", Shape.of(nx));
    }

    @Override
    public Tensor stage(Stage at) {
      Tensor tau = Tensor.concat(1, at.x(), at.u());
      return value(at.at(at.context("C")), at.at(at.context("c")), tau);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(value(at.context("V"), at.context("v"), at.x()));
    }

    private static Tensor value(Tensor m, Tensor slope, Tensor x) {
      return m.timesVector(x).times(0.5).plus(slope).dot(x);
    }
  }
}

package dev.difftop.optimization.adjoint;

import dev.difftop.api.array.DType;
import java.util.Arrays;

/**
 * From the solution to the nearby minimiser of {@code J - μ Σ log((u - low)(high - u))}, by
 * primal-dual Newton steps inside the box. Where pieces of J tie, they go on to tie. Nocedal and
 * Wright, "Numerical Optimization", section 19.2.
 */
final class Barrier {
  private static final int MOST_STEPS = 60;
  private static final double TO_THE_BOUNDARY = 0.99;

  private final AdjointPrograms programs;
  private final DType dtype;
  private final double mu;
  private final int n;

  Barrier(AdjointPrograms programs, DType dtype, double mu) {
    this.programs = programs;
    this.dtype = dtype;
    this.mu = mu;
    this.n = programs.size();
  }

  /**
   * The smoothed problem at its minimiser.
   *
   * @param at the point, inside the box; held are only components with equal bounds
   * @param diagonal D, second derivatives of the barrier, (B, n)
   * @param reached per sample, whether it is the minimiser
   */
  record Smoothed(Linearization at, double[] diagonal, boolean[] reached) {}

  /** Walks there from a solution. */
  Smoothed from(Linearization solution) {
    Linearization at = start(solution);
    double[] zLow = new double[at.u.length];
    double[] zHigh = new double[at.u.length];
    for (int k = 0; k < at.u.length; k++) {
      zLow[k] = mu / (at.u[k] - at.low[k]);
      zHigh[k] = mu / (at.high[k] - at.u[k]);
    }
    boolean[] reached = new boolean[at.batch];
    DenseSystems dense = new DenseSystems(programs);
    for (int step = 0; step <= MOST_STEPS; step++) {
      programs.evaluate(at);
      boolean all = true;
      for (int b = 0; b < at.batch; b++) {
        combine(at, b);
        reached[b] = residual(at, b) <= tolerance(at, b);
        all &= reached[b];
      }
      if (all || step == MOST_STEPS) {
        break;
      }
      advance(at, dense, reached, zLow, zHigh);
    }
    return new Smoothed(at, diagonal(at), reached);
  }

  /** The solution moved off its bounds, as far as its multipliers say. */
  private Linearization start(Linearization solution) {
    Linearization at =
        new Linearization(
            solution.u.clone(), solution.low, solution.high, solution.batch, solution.conditions);
    System.arraycopy(solution.weights, 0, at.weights, 0, at.weights.length);
    System.arraycopy(solution.isActive, 0, at.isActive, 0, at.isActive.length);
    for (int k = 0; k < at.u.length; k++) {
      double width = at.high[k] - at.low[k];
      at.held[k] = width == 0;
      if (!at.held[k]) {
        double inside = Math.min(0.5 * width, Math.sqrt(mu));
        double g = solution.gradient[k];
        double fromLow = g > 0 ? Math.min(inside, mu / g) : inside;
        double fromHigh = g < 0 ? Math.min(inside, -mu / g) : inside;
        at.u[k] = Math.max(at.u[k], at.low[k] + fromLow);
        at.u[k] = Math.min(at.u[k], at.high[k] - fromHigh);
      }
    }
    return at;
  }

  private void combine(Linearization at, int b) {
    boolean[] fixed = Arrays.copyOfRange(at.held, b * n, (b + 1) * n);
    at.combine(b);
    System.arraycopy(fixed, 0, at.held, b * n, n);
  }

  private double derivative(Linearization at, int k) {
    return at.gradient[k] - mu / (at.u[k] - at.low[k]) + mu / (at.high[k] - at.u[k]);
  }

  /**
   * Largest derivative of the smoothed problem beyond rounding, and gap between pieces that tie.
   */
  private double residual(Linearization at, int b) {
    double largest = 0;
    for (int k = b * n; k < (b + 1) * n; k++) {
      double s = at.held[k] ? 0 : Math.abs(derivative(at, k)) - rounding(at, k);
      largest = Double.isNaN(s) ? Double.NaN : Math.max(largest, s);
    }
    Border border = at.border(b);
    for (int t = 0; t < border.size(); t++) {
      largest = Math.max(largest, Math.abs(border.gap(t)));
    }
    return largest;
  }

  /**
   * What one unit in the last place of an action near its bound does to the barrier's derivative.
   */
  private double rounding(Linearization at, int k) {
    double low = at.u[k] - at.low[k];
    double high = at.high[k] - at.u[k];
    double ulp = dtype == DType.FLOAT32 ? Math.ulp((float) at.u[k]) : Math.ulp(at.u[k]);
    return 4 * ulp * (mu / (low * low) + mu / (high * high));
  }

  private double tolerance(Linearization at, int b) {
    double scale = 1;
    for (int k = b * n; k < (b + 1) * n; k++) {
      scale = Math.max(scale, at.held[k] ? 0 : Math.abs(at.gradient[k]));
    }
    return (dtype == DType.FLOAT32 ? 1e-4 : 1e-10) * scale;
  }

  private void advance(
      Linearization at, DenseSystems dense, boolean[] reached, double[] zLow, double[] zHigh) {
    int[][] free = new int[at.batch][];
    int most = 0;
    for (int b = 0; b < at.batch; b++) {
      free[b] = reached[b] ? new int[0] : at.free(b);
      most = Math.max(most, free[b].length);
    }
    double[] columns = dense.columns(at, free);
    double[] diagonal = new double[at.u.length];
    for (int k = 0; k < diagonal.length; k++) {
      diagonal[k] =
          at.held[k] ? 0 : zLow[k] / (at.u[k] - at.low[k]) + zHigh[k] / (at.high[k] - at.u[k]);
      diagonal[k] = Double.isNaN(diagonal[k]) ? 0 : diagonal[k];
    }
    for (int b = 0; b < at.batch; b++) {
      if (free[b].length > 0) {
        SampleSystem system = DenseSystems.system(at, b, free[b], columns, most, diagonal);
        step(at, b, free[b], system, zLow, zHigh);
      }
    }
  }

  private void step(
      Linearization at, int b, int[] free, SampleSystem system, double[] zLow, double[] zHigh) {
    double[] right = new double[free.length];
    for (int i = 0; i < free.length; i++) {
      right[i] = -derivative(at, b * n + free[i]);
    }
    Border border = at.border(b);
    double[] du = system.solveDamped(right, border.gapsToClose());
    double alpha = 1;
    for (int i = 0; i < free.length; i++) {
      int k = b * n + free[i];
      alpha = within(alpha, du[i], at.u[k] - at.low[k]);
      alpha = within(alpha, -du[i], at.high[k] - at.u[k]);
    }
    for (int i = 0; i < free.length; i++) {
      int k = b * n + free[i];
      double low = at.u[k] - at.low[k];
      double high = at.high[k] - at.u[k];
      zLow[k] = multiplier(zLow[k], low, du[i], alpha);
      zHigh[k] = multiplier(zHigh[k], high, -du[i], alpha);
      at.u[k] += alpha * du[i];
    }
    border.spread(system.multipliers(), alpha, at.weights);
  }

  /** The longest share of a step that keeps a distance to a bound positive. */
  private static double within(double alpha, double step, double distance) {
    return step < 0 ? Math.min(alpha, -TO_THE_BOUNDARY * distance / step) : alpha;
  }

  /** The multiplier after the step, kept within a factor of what the barrier says there. */
  private double multiplier(double z, double distance, double step, double alpha) {
    double wanted = mu / distance - z / distance * step;
    double now = mu / (distance + alpha * step);
    double next = z + alpha * (wanted - z);
    return Double.isInfinite(distance) ? 0 : Math.max(now * 1e-4, Math.min(next, now * 1e4));
  }

  private double[] diagonal(Linearization at) {
    double[] out = new double[at.u.length];
    for (int k = 0; k < out.length; k++) {
      double low = at.u[k] - at.low[k];
      double high = at.high[k] - at.u[k];
      out[k] = at.held[k] ? 0 : mu / (low * low) + mu / (high * high);
    }
    return out;
  }
}

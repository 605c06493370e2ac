package dev.difftop.optimization.stagewise;

import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.Curvature;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Derivatives along the trajectories of a block. Stage variables are {@code w = [x; u]}, of size n
 * = nx + nu.
 */
public final class Expansion {
  /**
   * So many times {@link #rounding} a derivative may be and still be nothing but rounding: a bound
   * of an error in the last digit, where a few digits may be wrong.
   */
  public static final double ROUNDING_EXPLAINS = 1e6;

  /** Growth of an error along the horizon that is worth speaking of. */
  private static final double AMPLIFIED = 1e4;

  final int horizon;
  final int nx;
  final int nu;
  final int n;
  final int width;

  /** Of the next state in w, (nx, n). */
  final double[][][] jacobian;

  /** Of the stage cost in w, (n). */
  final double[][][] gradient;

  /** Of the terminal cost, (nx). */
  final double[][] lastGradient;

  /** dJ/dx of the state after each stage, (nx). */
  final double[][][] costates;

  /** dJ/du, (nu). */
  final double[][][] actionGradient;

  /** dJ/dx_0, (nx); empty until {@link #differentiateStart}. */
  double[][] startGradient = {};

  private final Map<Curvature, SecondDerivatives> seconds = new EnumMap<>(Curvature.class);
  private QuadraticParts quadratic;

  Expansion(int horizon, int nx, int nu, int width) {
    this.horizon = horizon;
    this.nx = nx;
    this.nu = nu;
    this.n = nx + nu;
    this.width = width;
    this.jacobian = new double[horizon][nx * n][width];
    this.gradient = new double[horizon][n][width];
    this.lastGradient = Lanes.entries(nx, width);
    this.costates = new double[horizon][nx][width];
    this.actionGradient = new double[horizon][nu][width];
  }

  /** Second derivatives of a kind; their memory is made at the first call. */
  SecondDerivatives second(Curvature curvature) {
    SecondDerivatives second = seconds.get(curvature);
    if (second == null) {
      second = new SecondDerivatives(horizon, nx, n, width);
      seconds.put(curvature, second);
    }
    return second;
  }

  /** Whether the parts of a linear-quadratic problem are kept. */
  boolean isQuadratic() {
    return quadratic != null;
  }

  /** The parts of a linear-quadratic problem; their memory is made at the first call. */
  QuadraticParts quadratic() {
    if (quadratic == null) {
      quadratic = new QuadraticParts(horizon, nx, n, width);
    }
    return quadratic;
  }

  /** Takes over what never changes in a linear-quadratic problem, of one lane. */
  void takeProblem(int lane, Expansion from, int fromLane) {
    Lanes.copyLane(jacobian, lane, from.jacobian, fromLane);
    second(Curvature.EXACT).take(lane, from.second(Curvature.EXACT), fromLane);
    quadratic().take(lane, from.quadratic, fromLane);
  }

  /** Takes over the first derivatives of one lane. */
  void takeFirst(int lane, Expansion from, int fromLane) {
    Lanes.copyLane(lastGradient, lane, from.lastGradient, fromLane);
    Lanes.copyLane(jacobian, lane, from.jacobian, fromLane);
    Lanes.copyLane(gradient, lane, from.gradient, fromLane);
  }

  /**
   * The adjoint recursion {@code λ_t = l_x + f_x' λ_{t+1}} of lanes {@code 0..lanes-1}: costates,
   * dJ/du and its largest free component.
   *
   * @param at the trajectories of the derivatives
   * @param stationarity receives the largest free |dJ/du|, NaN if one is not finite
   */
  void differentiate(Trajectory at, Bounds bounds, double[] stationarity, int lanes) {
    Arrays.fill(stationarity, 0, lanes, 0);
    Lanes.copy(costates[horizon - 1], lastGradient, lanes);
    for (int t = horizon - 1; t >= 0; t--) {
      for (int i = t == 0 ? nx : 0; i < n; i++) {
        double[] pulled = i < nx ? costates[t - 1][i] : actionGradient[t][i - nx];
        Lanes.setProducts(pulled, gradient[t][i], jacobian[t], i, n, costates[t], 0, 1, nx, lanes);
      }
      for (int i = 0; i < nu; i++) {
        double[] g = actionGradient[t][i];
        measure(at.actions[t][i], g, bounds.low[t][i], bounds.high[t][i], stationarity, lanes);
      }
    }
  }

  /** Whether the derivatives of all stages of a lane are finite, whatever they add up to. */
  boolean isFinite(int lane) {
    double sum = 0;
    for (int t = 0; t < horizon; t++) {
      for (double[] entry : jacobian[t]) {
        sum += 0 * entry[lane];
      }
      for (double[] entry : gradient[t]) {
        sum += 0 * entry[lane];
      }
    }
    for (double[] entry : lastGradient) {
      sum += 0 * entry[lane];
    }
    return sum == 0;
  }

  /**
   * Bound of the rounding of a lane's dJ/du: what an error of the last digit in the largest
   * derivative of a stage cost grows to on its way back through the dynamics. Infinite beyond any
   * number; 0 where it does not grow much, as along a system that is stable or soon at its end.
   */
  double rounding(int lane) {
    double digit = 0;
    for (double[][] stage : gradient) {
      for (double[] entry : stage) {
        digit = Math.max(digit, Math.ulp(entry[lane]));
      }
    }
    double[] error = new double[nx];
    double[] before = new double[nx];
    Arrays.fill(error, digit);
    double largest = digit;
    for (int t = horizon - 1; t >= 0; t--) {
      for (int i = 0; i < n; i++) {
        double sum = digit;
        for (int k = 0; k < nx; k++) {
          double size = Math.abs(jacobian[t][k * n + i][lane]);
          sum += size == 0 ? 0 : size * error[k];
        }
        if (i < nx) {
          before[i] = sum;
        } else {
          largest = Math.max(largest, sum);
        }
      }
      double[] swap = error;
      error = before;
      before = swap;
    }
    return largest > AMPLIFIED * digit ? largest : 0;
  }

  /**
   * Costates and dJ/du of one lane under feedback, {@code λ_t = l_x + f_x' λ_{t+1} + K' dJ/du}, and
   * the largest free |dJ/du|: zero exactly where that without feedback is, since feedback only
   * changes what the actions are counted from, but without the rounding that an unstable system
   * amplifies.
   *
   * @return the largest free |dJ/du|, NaN if one is not finite
   */
  double differentiateUnderFeedback(Trajectory at, Bounds bounds, Gains gains, int lane) {
    double most = 0;
    Lanes.copyLane(costates[horizon - 1], lane, lastGradient, lane);
    for (int t = horizon - 1; t >= 0; t--) {
      for (int i = n - 1; i >= (t == 0 ? nx : 0); i--) {
        double sum = gradient[t][i][lane];
        for (int k = 0; k < nx; k++) {
          sum += jacobian[t][k * n + i][lane] * costates[t][k][lane];
        }
        for (int a = 0; a < n - nx && i < nx; a++) {
          sum += gains.feedback[t][a * nx + i][lane] * actionGradient[t][a][lane];
        }
        if (i < nx) {
          costates[t - 1][i][lane] = sum;
        } else {
          actionGradient[t][i - nx][lane] = sum;
        }
      }
      for (int a = 0; a < n - nx; a++) {
        double g = actionGradient[t][a][lane];
        double u = at.actions[t][a][lane];
        most = larger(most, g, u, bounds.low[t][a][lane], bounds.high[t][a][lane]);
      }
    }
    return most;
  }

  private static double larger(double most, double g, double u, double low, double high) {
    if (!(Math.abs(g) < Double.POSITIVE_INFINITY)) {
      return Double.NaN;
    }
    return Boxes.isHeld(u, g, low, high) ? most : Math.max(most, Math.abs(g));
  }

  private static void measure(
      double[] u, double[] g, double[] lows, double[] highs, double[] stationarity, int lanes) {
    for (int l = 0; l < lanes; l++) {
      stationarity[l] = larger(stationarity[l], g[l], u[l], lows[l], highs[l]);
    }
  }

  /** dJ/dx_0 of lanes {@code 0..lanes-1}, which {@link #differentiate} has no use for. */
  void differentiateStart(int lanes) {
    if (startGradient.length == 0) {
      startGradient = Lanes.entries(nx, width);
    }
    for (int i = 0; i < nx; i++) {
      Lanes.setProducts(
          startGradient[i], gradient[0][i], jacobian[0], i, n, costates[0], 0, 1, nx, lanes);
    }
  }
}

package dev.difftop.optimization.stagewise;

import dev.difftop.optimization.Curvature;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Trajectories of some samples with what is known along them. Every entry of every stage's vector
 * or matrix is an array with one number per lane, so that the indices are (stage, entry, lane).
 * Stage variables are {@code w = [x; u]}, of size n = nx + nu; there are H stages and H + 1 states.
 */
public final class StageBlock {
  /** Number of lanes there is room for. */
  public final int width;

  final int horizon;
  final int nx;
  final int nu;
  final int n;

  /** Which sample a lane holds; -1 for none. */
  public final int[] samples;

  /** Where the samples are. */
  public final StagePath path;

  /** Where they might go next. */
  public final StagePath candidate;

  /** Where they were before the last step. */
  public final StagePath before;

  /** Bounds of u_t, (nu). */
  final double[][][] low;

  final double[][][] high;

  /** Of the next state in w, (nx, n). */
  final double[][][] jacobian;

  /** Of the stage cost in w, (n). */
  final double[][][] gradient;

  /** Of the terminal cost, (nx). */
  final double[][] lastGradient;

  /** dJ/dx of the state after each stage, (nx). */
  final double[][][] costates;

  /** dJ/dx_0, (nx); null until {@link #differentiateStart}. */
  double[][] start;

  /** dJ/du, (nu). */
  final double[][][] actionGradient;

  /** K, (nu, nx). */
  final double[][][] feedback;

  /** k, (nu). */
  final double[][][] feedforward;

  /** Step length of each lane in a rollout. */
  public final double[] alpha;

  /** Regularisation of each lane. */
  public final double[] mu;

  /** Decrease of J that the quadratic model foretells for the full step. */
  public final double[] expected;

  /** Largest |dJ/du| on the free set; NaN if one is not finite. */
  public final double[] stationarity;

  /** The same before the last step. */
  public final double[] stationarityBefore;

  /** Whether only its gradient can judge a lane's last step. */
  public final boolean[] onTrial;

  /** Whether a lane's feedback is that of where it is now, and nothing is left to feed forward. */
  public final boolean[] gainsHold;

  /** Iterations that a lane had done before the first that all do. */
  public final int[] ahead;

  /** Whether a lane's nominal trajectory jumps between its stages. */
  public final boolean[] open;

  /** What the dynamics lead to beyond the next state, (nx); null as long as no lane is open. */
  double[][][] gaps;

  private double[][][] gapMemory;
  private final Map<Curvature, SecondDerivatives> bends = new EnumMap<>(Curvature.class);
  private QuadraticParts quadratic;
  private double[][] deviation;
  private double[][] nextDeviation;

  /** A block of empty lanes. */
  public StageBlock(int horizon, int nx, int nu, int width) {
    this.horizon = horizon;
    this.nx = nx;
    this.nu = nu;
    this.n = nx + nu;
    this.width = width;
    this.samples = new int[width];
    Arrays.fill(samples, -1);
    this.path = new StagePath(horizon, nx, nu, width);
    this.candidate = new StagePath(horizon, nx, nu, width);
    this.before = new StagePath(horizon, nx, nu, width);
    this.low = new double[horizon][nu][width];
    this.high = new double[horizon][nu][width];
    this.jacobian = new double[horizon][nx * n][width];
    this.gradient = new double[horizon][n][width];
    this.lastGradient = Lanes.entries(nx, width);
    this.costates = new double[horizon][nx][width];
    this.actionGradient = new double[horizon][nu][width];
    this.feedback = new double[horizon][nu * nx][width];
    this.feedforward = new double[horizon][nu][width];
    this.alpha = new double[width];
    this.mu = new double[width];
    this.expected = new double[width];
    this.stationarity = new double[width];
    this.stationarityBefore = new double[width];
    this.onTrial = new boolean[width];
    this.gainsHold = new boolean[width];
    this.ahead = new int[width];
    this.open = new boolean[width];
  }

  /** Second derivatives of a kind; their memory is made when first asked for. */
  public SecondDerivatives bend(Curvature curvature) {
    SecondDerivatives bend = bends.get(curvature);
    if (bend == null) {
      bend = new SecondDerivatives(horizon, nx, n, width);
      bends.put(curvature, bend);
    }
    return bend;
  }

  /** The parts of a linear-quadratic problem. */
  QuadraticParts quadratic() {
    if (quadratic == null) {
      quadratic = new QuadraticParts(horizon, nx, n, width);
      path.keepSlopes();
      candidate.keepSlopes();
      before.keepSlopes();
    }
    return quadratic;
  }

  // ------------------------------------------------------------------ one lane from another

  /** Takes over a lane of another block of the same shape: what lasts from step to step. */
  public void takeLane(int lane, StageBlock from, int fromLane) {
    if (from.quadratic != null) {
      takeProblem(lane, from, fromLane);
    }
    samples[lane] = from.samples[fromLane];
    onTrial[lane] = from.onTrial[fromLane];
    gainsHold[lane] = from.gainsHold[fromLane];
    ahead[lane] = from.ahead[fromLane];
    open[lane] = from.open[fromLane];
    if (from.gaps != null) {
      Lanes.copyLane(openGaps(), lane, from.gaps, fromLane);
    }
    stationarity[lane] = from.stationarity[fromLane];
    stationarityBefore[lane] = from.stationarityBefore[fromLane];
    path.take(lane, from.path, fromLane);
    before.take(lane, from.before, fromLane);
    Lanes.copyLane(low, lane, from.low, fromLane);
    Lanes.copyLane(high, lane, from.high, fromLane);
    takeGains(lane, from, fromLane);
  }

  /** What never changes in a linear-quadratic problem. */
  private void takeProblem(int lane, StageBlock from, int fromLane) {
    QuadraticParts to = quadratic();
    Lanes.copyLane(jacobian, lane, from.jacobian, fromLane);
    bend(Curvature.EXACT).take(lane, from.bend(Curvature.EXACT), fromLane);
    to.take(lane, from.quadratic, fromLane);
  }

  /** Takes over what a backward pass of one lane of another block reads. */
  public void takeDerivatives(int lane, StageBlock from, int fromLane) {
    mu[lane] = from.mu[fromLane];
    if (from.gaps == null) {
      gaps = null;
    } else {
      Lanes.copyLane(openGaps(), lane, from.gaps, fromLane);
    }
    Lanes.copyLane(lastGradient, lane, from.lastGradient, fromLane);
    Lanes.copyLane(jacobian, lane, from.jacobian, fromLane);
    Lanes.copyLane(gradient, lane, from.gradient, fromLane);
    Lanes.copyLane(low, lane, from.low, fromLane);
    Lanes.copyLane(high, lane, from.high, fromLane);
    Lanes.copyLane(path.actions, lane, from.path.actions, fromLane);
  }

  /** Takes over what a backward pass found for a lane. */
  public void takeGains(int lane, StageBlock from, int fromLane) {
    mu[lane] = from.mu[fromLane];
    expected[lane] = from.expected[fromLane];
    Lanes.copyLane(feedback, lane, from.feedback, fromLane);
    Lanes.copyLane(feedforward, lane, from.feedforward, fromLane);
  }

  // ------------------------------------------------------------------ steps of one lane

  /** Sets the gains of a lane to zero. */
  public void clearGains(int lane) {
    clearFeedforward(lane);
    for (double[][] entries : feedback) {
      Lanes.clearLane(entries, lane);
    }
  }

  /** Sets the feedforward of a lane to zero. */
  public void clearFeedforward(int lane) {
    for (double[][] entries : feedforward) {
      Lanes.clearLane(entries, lane);
    }
  }

  /** Goes to the candidate. */
  public void step(int lane) {
    path.take(lane, candidate, lane);
  }

  /** Keeps the mark of lanes whose actions are all zero. */
  public void keepZero(boolean[] marks, int lanes) {
    for (double[][] actions : path.actions) {
      for (double[] action : actions) {
        for (int l = 0; l < lanes; l++) {
          marks[l] &= action[l] == 0;
        }
      }
    }
  }

  /** Keeps the mark of lanes whose candidate has a finite cost and touches no bound. */
  public void keepInside(boolean[] marks, int lanes) {
    for (int l = 0; l < lanes; l++) {
      marks[l] &= Double.isFinite(candidate.cost[l]);
    }
    for (int t = 0; t < horizon; t++) {
      for (int i = 0; i < nu; i++) {
        keepInside(marks, candidate.actions[t][i], low[t][i], high[t][i], lanes);
      }
    }
  }

  private static void keepInside(
      boolean[] marks, double[] u, double[] low, double[] high, int lanes) {
    for (int l = 0; l < lanes; l++) {
      marks[l] &= u[l] > low[l] && u[l] < high[l];
    }
  }

  /** Goes to the candidate in the chosen lanes. */
  public void step(boolean[] chosen, int lanes) {
    path.take(chosen, candidate, lanes);
  }

  double[][][] openGaps() {
    if (gaps == null) {
      gapMemory = gapMemory == null ? new double[horizon][nx][width] : gapMemory;
      gaps = gapMemory;
      for (double[][] entries : gaps) {
        clear(entries, width);
      }
    }
    return gaps;
  }

  /**
   * Opens a lane: it is to stay where it starts, whatever its actions do. The gaps that this makes
   * are computed by {@link StageModel#findGaps}.
   */
  public void openAtStart(int lane) {
    open[lane] = true;
    openGaps();
    for (int t = 1; t <= horizon; t++) {
      Lanes.copyLane(path.states[t], lane, path.states[0], lane);
    }
  }

  /** Makes gaps of what the dynamics lead to; lanes that are not open have none. */
  void subtractNextStates(int lanes) {
    for (int t = 0; t < horizon; t++) {
      for (int i = 0; i < nx; i++) {
        for (int l = 0; l < lanes; l++) {
          gaps[t][i][l] = open[l] ? gaps[t][i][l] - path.states[t + 1][i][l] : 0;
        }
      }
    }
  }

  /** Forgets about gaps once no lane is open. */
  public void dropClosedGaps() {
    for (boolean isOpen : open) {
      if (isOpen) {
        return;
      }
    }
    gaps = null;
  }

  /** Closes a lane: its trajectory does not jump any more. */
  public void close(int lane) {
    open[lane] = false;
    for (double[][] gap : gaps) {
      Lanes.clearLane(gap, lane);
    }
  }

  /** Remembers where a lane is, for {@link #stepBack}. */
  public void remember(int lane) {
    before.take(lane, path, lane);
    stationarityBefore[lane] = stationarity[lane];
  }

  /** Goes back to what was remembered. */
  public void stepBack(int lane) {
    path.take(lane, before, lane);
    stationarity[lane] = stationarityBefore[lane];
  }

  /**
   * Replaces the gains by the steps that they make along the linearised dynamics, inside the box,
   * without feedback: the step of the quadratic model over all actions at once.
   */
  public void followModel(int lanes) {
    if (deviation == null) {
      deviation = Lanes.entries(nx, width);
      nextDeviation = Lanes.entries(nx, width);
    }
    clear(deviation, lanes);
    for (int t = 0; t < horizon; t++) {
      for (int i = 0; i < nu; i++) {
        double[] du = feedforward[t][i];
        Lanes.addProducts(du, feedback[t], i * nx, 1, deviation, 0, 1, nx, lanes);
        clampStep(du, path.actions[t][i], low[t][i], high[t][i], lanes);
      }
      clear(feedback[t], lanes);
      clear(nextDeviation, lanes);
      for (int i = 0; i < nx; i++) {
        double[] dx = nextDeviation[i];
        Lanes.addProducts(dx, jacobian[t], i * n, 1, deviation, 0, 1, nx, lanes);
        Lanes.addProducts(dx, jacobian[t], i * n + nx, 1, feedforward[t], 0, 1, nu, lanes);
      }
      double[][] swap = deviation;
      deviation = nextDeviation;
      nextDeviation = swap;
    }
  }

  private static void clear(double[][] entries, int lanes) {
    for (double[] entry : entries) {
      Arrays.fill(entry, 0, lanes, 0);
    }
  }

  private static void clampStep(double[] du, double[] u, double[] low, double[] high, int lanes) {
    for (int l = 0; l < lanes; l++) {
      du[l] = Math.min(Math.max(du[l], low[l] - u[l]), high[l] - u[l]);
    }
  }

  /**
   * Takes states and cost of the candidate in the chosen lanes: of a first rollout, which leaves
   * actions alone.
   */
  public void adoptStates(boolean[] chosen, int lanes) {
    path.takeStates(chosen, candidate, lanes);
  }

  // ------------------------------------------------------------------ in and out

  /** Puts a sample into an empty lane. */
  public void begin(
      int lane, int sample, double[] x0, double[] u, double[] lows, double[] highs, double mu0) {
    samples[lane] = sample;
    onTrial[lane] = false;
    gainsHold[lane] = false;
    ahead[lane] = 0;
    open[lane] = false;
    mu[lane] = mu0;
    read(x0, sample * nx, path.states[0], lane);
    for (int t = 0; t < horizon; t++) {
      int from = (sample * horizon + t) * nu;
      read(u, from, path.actions[t], lane);
      read(lows, from, low[t], lane);
      read(highs, from, high[t], lane);
    }
  }

  /**
   * Puts a sample into an empty lane, with a trajectory from a batch, (B, H + 1, nx) and (B, H,
   * nu), and no bounds.
   */
  void place(int lane, int sample, double[] states, double[] actions) {
    samples[lane] = sample;
    mu[lane] = 0;
    for (int t = 0; t <= horizon; t++) {
      read(states, (sample * (horizon + 1) + t) * nx, path.states[t], lane);
    }
    for (int t = 0; t < horizon; t++) {
      read(actions, (sample * horizon + t) * nu, path.actions[t], lane);
      for (int i = 0; i < nu; i++) {
        low[t][i][lane] = Double.NEGATIVE_INFINITY;
        high[t][i][lane] = Double.POSITIVE_INFINITY;
      }
    }
  }

  /** Empties all lanes. What is left of another solve may be NaN, and zero times NaN is NaN. */
  public void clear() {
    Arrays.fill(samples, -1);
    Arrays.fill(open, false);
    gaps = null;
    for (double[][][] all : new double[][][][] {path.states, feedback, feedforward}) {
      for (double[][] entries : all) {
        clear(entries, width);
      }
    }
  }

  /** Reads entries of a lane from a row. */
  static void read(double[] from, int at, double[][] to, int lane) {
    for (int e = 0; e < to.length; e++) {
      to[e][lane] = from[at + e];
    }
  }

  /** Writes per-stage entries of a lane into a row-major batch (B, stages, entries). */
  void write(double[][][] from, int lane, double[] to) {
    int at = samples[lane] * from.length * from[0].length;
    for (double[][] stage : from) {
      for (double[] entry : stage) {
        to[at++] = entry[lane];
      }
    }
  }

  /** Writes entries of four lanes beside each other likewise: what lies together is read once. */
  void writeFour(double[][][] from, int lane, double[] to) {
    int size = from.length * from[0].length;
    int a = samples[lane] * size;
    int b = samples[lane + 1] * size;
    int c = samples[lane + 2] * size;
    int d = samples[lane + 3] * size;
    for (double[][] stage : from) {
      for (double[] entry : stage) {
        to[a++] = entry[lane];
        to[b++] = entry[lane + 1];
        to[c++] = entry[lane + 2];
        to[d++] = entry[lane + 3];
      }
    }
  }

  /** Writes a lane's actions, (B, H, nu). */
  public void writeActions(int lane, double[] to) {
    write(path.actions, lane, to);
  }

  /** Writes a lane's states, (B, H + 1, nx). */
  public void writeStates(int lane, double[] to) {
    write(path.states, lane, to);
  }

  /** Writes a lane's gains, (B, H, nu, nx) and (B, H, nu). */
  public void writeGains(int lane, double[] feedbacks, double[] feedforwards) {
    write(feedback, lane, feedbacks);
    write(feedforward, lane, feedforwards);
  }

  // ------------------------------------------------------------------ first derivatives

  /**
   * The adjoint recursion {@code λ_t = l_x + f_x' λ_{t+1}} of lanes {@code 0..lanes-1}: costates,
   * dJ/du and its largest free component.
   */
  public void differentiate(int lanes) {
    Arrays.fill(stationarity, 0, lanes, 0);
    Lanes.copy(costates[horizon - 1], lastGradient, lanes);
    for (int t = horizon - 1; t >= 0; t--) {
      for (int i = t == 0 ? nx : 0; i < n; i++) {
        double[] pulled = i < nx ? costates[t - 1][i] : actionGradient[t][i - nx];
        Lanes.setProducts(pulled, gradient[t][i], jacobian[t], i, n, costates[t], 0, 1, nx, lanes);
      }
      for (int i = 0; i < nu; i++) {
        measure(path.actions[t][i], actionGradient[t][i], low[t][i], high[t][i], lanes);
      }
    }
  }

  /** dJ/dx_0 of lanes {@code 0..lanes-1}, which {@link #differentiate} has no use for. */
  void differentiateStart(int lanes) {
    if (start == null) {
      start = Lanes.entries(nx, width);
    }
    for (int i = 0; i < nx; i++) {
      Lanes.setProducts(start[i], gradient[0][i], jacobian[0], i, n, costates[0], 0, 1, nx, lanes);
    }
  }

  /**
   * Replaces the slopes of J by minus those of a loss: of lane l, {@code costBar_l J} and what has
   * the given derivatives.
   *
   * @param actionsBar (B, H, nu), null for zero
   * @param statesBar (B, H + 1, nx), null for zero
   * @param chosen other lanes have zeros
   */
  void replaceSlopes(
      double[] actionsBar, double[] statesBar, double[] costBar, boolean[] chosen, int lanes) {
    for (int t = 0; t <= horizon; t++) {
      double[][] slopes = t < horizon ? gradient[t] : lastGradient;
      for (int i = 0; i < slopes.length; i++) {
        for (int l = 0; l < lanes; l++) {
          double bar = 0;
          if (chosen[l] && i < nx) {
            int k = (samples[l] * (horizon + 1) + t) * nx + i;
            bar = statesBar == null ? 0 : statesBar[k];
          } else if (chosen[l]) {
            int k = (samples[l] * horizon + t) * nu + i - nx;
            bar = actionsBar == null ? 0 : actionsBar[k];
            bar += costBar[l] == 0 ? 0 : costBar[l] * actionGradient[t][i - nx][l];
          }
          slopes[i][l] = -bar;
        }
      }
    }
  }

  private void measure(double[] u, double[] g, double[] lows, double[] highs, int lanes) {
    for (int l = 0; l < lanes; l++) {
      boolean held =
          lows[l] == highs[l] || (u[l] <= lows[l] && g[l] > 0) || (u[l] >= highs[l] && g[l] < 0);
      double size = Math.abs(g[l]);
      if (!(size < Double.POSITIVE_INFINITY)) {
        stationarity[l] = Double.NaN;
      } else if (!held) {
        stationarity[l] = Math.max(stationarity[l], size);
      }
    }
  }
}

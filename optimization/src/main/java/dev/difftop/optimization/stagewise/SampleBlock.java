package dev.difftop.optimization.stagewise;

import dev.difftop.api.Status;
import dev.difftop.optimization.ConvergenceCheck;
import dev.difftop.optimization.Limits;
import java.util.Optional;

/**
 * Some samples of a batch that one thread iterates on: their trajectories, the expansion along
 * them, gains and progress, one lane for each sample. A stagewise method calls phases on it, in the
 * order of its paper; samples that have ended are left alone, and make room at {@link #update}.
 */
public final class SampleBlock {
  /** Rounding matters from this share of a tolerance on. */
  private static final double ROUNDING_COUNTS = 10;

  final int width;
  final int horizon;
  final int nx;
  final int nu;

  final Trajectory current;
  final Trajectory candidate;
  final Trajectory before;
  final Bounds bounds;
  final Expansion expansion;
  final Gains gains;
  final Gaps gaps;
  final Progress progress;

  /** Lanes in use: the first ones. */
  int lanes;

  private final int group;
  private Optional<BlockOutcome> outcome = Optional.empty();

  /**
   * A block of empty lanes.
   *
   * @param width number of lanes, a multiple of the group
   * @param group lanes of a run of a program
   */
  SampleBlock(int horizon, int nx, int nu, int width, int group) {
    this.horizon = horizon;
    this.nx = nx;
    this.nu = nu;
    this.width = width;
    this.lanes = width;
    this.group = group;
    this.current = new Trajectory(horizon, nx, nu, width);
    this.candidate = new Trajectory(horizon, nx, nu, width);
    this.before = new Trajectory(horizon, nx, nu, width);
    this.bounds = new Bounds(horizon, nu, width);
    this.expansion = new Expansion(horizon, nx, nu, width);
    this.gains = new Gains(horizon, nx, nu, width);
    this.gaps = new Gaps(horizon, nx, width);
    this.progress = new Progress(width);
  }

  /** The parts of a linear-quadratic problem; their memory is made at the first call. */
  QuadraticParts quadratic() {
    if (!expansion.isQuadratic()) {
      current.keepStageGradients();
      candidate.keepStageGradients();
      before.keepStageGradients();
    }
    return expansion.quadratic();
  }

  // ------------------------------------------------------------------ phases

  /** Whether any sample of the block has not ended. */
  public boolean anyActive() {
    return lanes > 0 && progress.anySample(lanes);
  }

  /** First derivatives along the trajectories of all samples, and from them dJ/du. */
  public void expand(StageModel model) {
    progress.activate(lanes);
    gaps.dropClosed();
    model.firstOrder(this, progress.active, lanes);
    expansion.differentiate(current, bounds, progress.stationarity, lanes);
    for (int l = 0; l < lanes; l++) {
      if (progress.underFeedback[l] && progress.active[l]) {
        differentiateUnderFeedback(l);
      }
    }
  }

  private void differentiateUnderFeedback(int l) {
    progress.stationarity[l] = expansion.differentiateUnderFeedback(current, bounds, gains, l);
  }

  /**
   * Which samples have converged, have come to a limit, or took a last step that made them worse.
   * Those that end at a stationary point or a limit are stored once they have gains; the others at
   * once.
   *
   * @param convergence which samples have converged
   * @param iteration from 0
   * @param keepsGains whether a sample that ends without new gains keeps those of its last step
   */
  public void check(
      ConvergenceCheck convergence, Limits limits, int iteration, boolean keepsGains) {
    Optional<Status> limit = limits.at(iteration);
    for (int l = 0; l < lanes; l++) {
      if (progress.active[l] && gaps.isOpen(l)) {
        checkOpen(l, iteration, limit, keepsGains);
      } else if (progress.active[l]) {
        Optional<Status> own = limits.at(iteration + progress.ahead[l], limit);
        checkClosed(l, convergence, iteration, own, keepsGains);
      }
    }
  }

  private void checkClosed(
      int l, ConvergenceCheck check, int iteration, Optional<Status> limit, boolean keepsGains) {
    boolean fails =
        progress.onTrial[l] && !(progress.stationarity[l] < progress.stationarityBefore[l]);
    if ((fails || Double.isNaN(progress.stationarity[l])) && isHidden(l, check)) {
      progress.underFeedback[l] = true;
      differentiateUnderFeedback(l);
    } else if (fails) {
      stepBack(l);
      end(l, Status.STALLED, iteration, keepsGains);
      return;
    }
    progress.onTrial[l] = false;
    Optional<Status> ended = check.check(current.cost[l], progress.stationarity[l]);
    if (ended.isPresent() && !ended.get().isConverged()) {
      end(l, ended.get(), iteration, keepsGains);
    } else if (ended.isPresent()) {
      leave(l, ended.get(), iteration);
    } else if (limit.isPresent()) {
      leave(l, limit.get(), iteration);
    }
  }

  /**
   * Whether rounding that the dynamics amplify hides how stationary a lane is: it is no less than
   * the tolerance, and explains what was found.
   */
  private boolean isHidden(int l, ConvergenceCheck check) {
    if (progress.underFeedback[l] || !gains.hasFeedback(l) || !expansion.isFinite(l)) {
      return false;
    }
    double rounding = expansion.rounding(l);
    return rounding * ROUNDING_COUNTS >= check.allowed(current.cost[l])
        && !(progress.stationarity[l] > Expansion.ROUNDING_EXPLAINS * rounding);
  }

  /** A trajectory that jumps is no result: without a step from it, it is the guess's rollout. */
  private void checkOpen(int l, int iteration, Optional<Status> limit, boolean keepsGains) {
    boolean isBroken = Double.isNaN(progress.stationarity[l]) && !expansion.isFinite(l);
    if (limit.isPresent() || isBroken) {
      close(l);
      boolean finite = limit.isPresent() && Double.isFinite(current.cost[l]);
      end(l, finite ? limit.get() : Status.NOT_FINITE, iteration, keepsGains);
    }
  }

  /** Makes room: groups of lanes whose samples have all ended are given up. */
  public void update() {
    lanes = Packing.pack(this, group, lanes / group) * group;
  }

  // ------------------------------------------------------------------ ends of samples

  /** Ends a sample as it is. */
  void end(int lane, Status how, int iteration, boolean keepsGains) {
    if (!keepsGains) {
      gains.clear(lane);
    }
    finish(lane, how, iteration);
    store(lane);
  }

  /** Ends a sample once it has its gains. */
  private void leave(int lane, Status how, int iteration) {
    progress.leaving[lane] = true;
    // The gains of a result are not damped, unless there are none without.
    gains.mu[lane] = 0;
    finish(lane, how, iteration);
  }

  private void finish(int lane, Status how, int iteration) {
    outcome
        .orElseThrow()
        .results()
        .finish(progress.samples[lane], how, iteration + progress.ahead[lane]);
  }

  /** Stores a lane whose sample has ended. */
  void store(int lane) {
    progress.active[lane] = false;
    progress.leaving[lane] = false;
    outcome.orElseThrow().store(this, lane);
  }

  /** Stores the lanes that are leaving. */
  void storeLeaving() {
    for (int l = 0; l < lanes; l++) {
      progress.leaving[l] &= progress.active[l];
    }
    store(progress.leaving);
  }

  /** Stores marked lanes, whose samples have ended; four beside each other at once. */
  void store(boolean[] marks) {
    for (int l = 0; l < lanes; l++) {
      if (l + 4 <= lanes && marks[l] && marks[l + 1] && marks[l + 2] && marks[l + 3]) {
        outcome.orElseThrow().storeFour(this, l);
        for (int four = l; four < l + 4; four++) {
          progress.active[four] = false;
          progress.leaving[four] = false;
        }
        l += 3;
      } else if (marks[l]) {
        store(l);
      }
    }
  }

  // ------------------------------------------------------------------ steps

  /** Goes to the candidate. */
  void step(int lane) {
    current.take(lane, candidate, lane);
  }

  /** Goes to the candidate in the chosen lanes. */
  void step(boolean[] chosen) {
    current.take(chosen, candidate, lanes);
  }

  /** Remembers where a lane is, for {@link #stepBack}. */
  void remember(int lane) {
    before.take(lane, current, lane);
    progress.stationarityBefore[lane] = progress.stationarity[lane];
  }

  /** Goes back to what was remembered. */
  void stepBack(int lane) {
    current.take(lane, before, lane);
    progress.stationarity[lane] = progress.stationarityBefore[lane];
  }

  /** Takes a step that only its gradient can decide on: {@link #check} does, next. */
  void stepOnTrial(int lane) {
    remember(lane);
    progress.onTrial[lane] = true;
    gains.mu[lane] = 0;
  }

  /**
   * Rolls the present actions out: states and cost of the chosen lanes become those of their
   * actions.
   */
  void rollOutActions(StageModel model, boolean[] chosen) {
    gains.setAlpha(0);
    model.rollOut(this, chosen, lanes);
    current.takeStates(chosen, candidate, lanes);
  }

  /**
   * Opens a lane: every state of its nominal trajectory becomes the first one, whatever its actions
   * do. The gaps that this makes are computed by {@link StageModel#findGaps}.
   */
  void openAtStart(int lane) {
    gaps.open(lane);
    progress.far[lane] = true;
    for (int t = 1; t <= horizon; t++) {
      Lanes.copyLane(current.states[t], lane, current.states[0], lane);
    }
  }

  /** Closes a lane, which goes back to the rollout of its guess. */
  void close(int lane) {
    gaps.close(lane);
    stepBack(lane);
  }

  // ------------------------------------------------------------------ in and out

  /** Empties all lanes. What is left of another solve may be NaN, and zero times NaN is NaN. */
  void clear() {
    java.util.Arrays.fill(progress.samples, -1);
    gaps.reset();
    for (double[][][] all :
        new double[][][][] {current.states, gains.feedback, gains.feedforward}) {
      for (double[][] entries : all) {
        for (double[] entry : entries) {
          java.util.Arrays.fill(entry, 0);
        }
      }
    }
    lanes = width;
  }

  /**
   * Begins a solve of some samples.
   *
   * @param into takes samples that have ended
   * @param count lanes in use
   */
  void begin(BlockOutcome into, int count) {
    outcome = Optional.of(into);
    lanes = count;
    progress.activate(lanes);
  }

  /**
   * Puts a sample into an empty lane.
   *
   * @param start where all samples of the batch start
   */
  void begin(int lane, int sample, SampleBlocks.Start start) {
    progress.begin(lane, sample);
    gains.hold[lane] = false;
    gains.mu[lane] = start.mu();
    gaps.begin(lane);
    read(start.x0(), sample * nx, current.states[0], lane);
    for (int t = 0; t < horizon; t++) {
      int from = (sample * horizon + t) * nu;
      read(start.u(), from, current.actions[t], lane);
      read(start.low(), from, bounds.low[t], lane);
      read(start.high(), from, bounds.high[t], lane);
    }
  }

  /**
   * Puts a sample into an empty lane, with a trajectory from a batch, (B, H + 1, nx) and (B, H,
   * nu), and no bounds.
   */
  void place(int lane, int sample, double[] states, double[] actions) {
    progress.samples[lane] = sample;
    gains.mu[lane] = 0;
    bounds.open(lane);
    for (int t = 0; t <= horizon; t++) {
      read(states, (sample * (horizon + 1) + t) * nx, current.states[t], lane);
    }
    for (int t = 0; t < horizon; t++) {
      read(actions, (sample * horizon + t) * nu, current.actions[t], lane);
    }
  }

  /** Moves a sample from one lane to another: what lasts from iteration to iteration. */
  void move(int to, int from) {
    if (expansion.isQuadratic()) {
      expansion.takeProblem(to, expansion, from);
    }
    progress.take(to, progress, from);
    gains.hold[to] = gains.hold[from];
    gaps.take(to, gaps, from);
    current.take(to, current, from);
    before.take(to, before, from);
    bounds.take(to, bounds, from);
    gains.take(to, gains, from);
    progress.samples[from] = -1;
  }

  /** Takes over what a backward pass of one lane of another block reads. */
  void takeForPass(int lane, SampleBlock from, int fromLane) {
    gains.mu[lane] = from.gains.mu[fromLane];
    gaps.takeForPass(lane, from.gaps, fromLane);
    expansion.takeFirst(lane, from.expansion, fromLane);
    bounds.take(lane, from.bounds, fromLane);
    Lanes.copyLane(current.actions, lane, from.current.actions, fromLane);
  }

  /** Reads entries of a lane from a row. */
  static void read(double[] from, int at, double[][] to, int lane) {
    for (int e = 0; e < to.length; e++) {
      to[e][lane] = from[at + e];
    }
  }

  /** Writes per-stage entries of a lane into a row-major batch (B, stages, entries). */
  void write(double[][][] from, int lane, double[] to) {
    int at = progress.samples[lane] * from.length * from[0].length;
    for (double[][] stage : from) {
      for (double[] entry : stage) {
        to[at++] = entry[lane];
      }
    }
  }

  /** Writes entries of four lanes beside each other likewise: what lies together is read once. */
  void writeFour(double[][][] from, int lane, double[] to) {
    int size = from.length * from[0].length;
    int a = progress.samples[lane] * size;
    int b = progress.samples[lane + 1] * size;
    int c = progress.samples[lane + 2] * size;
    int d = progress.samples[lane + 3] * size;
    for (double[][] stage : from) {
      for (double[] entry : stage) {
        to[a++] = entry[lane];
        to[b++] = entry[lane + 1];
        to[c++] = entry[lane + 2];
        to[d++] = entry[lane + 3];
      }
    }
  }
}

package dev.difftop.solver.ilqr;

import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.stagewise.BlockLoop;
import dev.difftop.optimization.stagewise.BlockOutcome;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.StageModel;
import dev.difftop.optimization.stagewise.Verdicts;
import java.util.Arrays;
import java.util.List;

/** One iteration of the samples of a block, from expansion to line search. */
final class IlqrBlock implements BlockLoop.Method {
  private final IlqrConfig config;
  private final DType dtype;
  private final StageBlock b;
  private final List<GainSearch> searches;
  private final Verdicts verdicts;
  private final boolean[] active;
  private final boolean[] wanted;
  private final boolean[] stepping;

  /**
   * For one block.
   *
   * @param searches one for each thread
   */
  IlqrBlock(IlqrConfig config, DType dtype, StageBlock block, List<GainSearch> searches) {
    this.config = config;
    this.dtype = dtype;
    this.b = block;
    this.searches = searches;
    this.verdicts = new Verdicts(block, config.check(), true);
    this.active = verdicts.active();
    this.wanted = new boolean[block.width];
    this.stepping = new boolean[block.width];
  }

  /** Rolls the guesses out, where that is needed. */
  @Override
  public void begin(StageModel model, int thread, BlockOutcome into, int lanes) {
    verdicts.begin(into, lanes);
    model.load(b, lanes);
    leap(model, searches.get(thread), lanes);
    for (int l = 0; l < lanes; l++) {
      b.alpha[l] = 0;
      stepping[l] = active[l] && b.ahead[l] == 0;
    }
    if (Verdicts.any(stepping, lanes)) {
      model.rollOut(b, stepping, lanes);
      b.adoptStates(stepping, lanes);
    }
    if (config.start() == IlqrConfig.Start.MULTIPLE_SHOOTING && !model.isQuadratic()) {
      for (int l = 0; l < lanes; l++) {
        if (active[l]) {
          b.remember(l);
          b.openAtStart(l);
        }
      }
      model.findGaps(b, lanes);
    }
  }

  /**
   * The first iteration of a linear-quadratic problem whose guess is zero, which is none. Such an
   * iteration leads to the optimum from anywhere, also from states of zero, which no rollout need
   * find. Lanes for which that is not so, since they meet a bound or are not convex, stay where
   * they are.
   */
  private void leap(StageModel model, GainSearch gains, int lanes) {
    if (!model.isQuadratic() || config.maxIterations() == 0 || config.initialMu() > 0) {
      return;
    }
    System.arraycopy(active, 0, wanted, 0, lanes);
    b.keepZero(wanted, lanes);
    if (!Verdicts.any(wanted, lanes)) {
      return;
    }
    Arrays.fill(b.alpha, 1);
    gains.runFromZero(model, b, wanted, lanes);
    model.rollOut(b, wanted, lanes);
    b.keepInside(wanted, lanes);
    b.step(wanted, lanes);
    for (int l = 0; l < lanes; l++) {
      b.gainsHold[l] = wanted[l];
      b.ahead[l] = wanted[l] ? 1 : 0;
      if (!wanted[l]) {
        b.clearGains(l);
      }
    }
  }

  @Override
  public void iterate(StageModel model, int thread, int iteration, Status limit, int lanes) {
    verdicts.beginIteration(lanes);
    b.dropClosedGaps();
    model.firstOrder(b, active, lanes);
    b.differentiate(lanes);
    for (int l = 0; l < lanes; l++) {
      if (active[l] && b.open[l]) {
        judgeOpen(l, iteration, limit);
      } else if (active[l]) {
        boolean last = iteration + b.ahead[l] >= config.maxIterations();
        verdicts.judge(l, iteration, limit == null && last ? Status.ITERATION_LIMIT : limit);
      }
    }
    findGains(model, searches.get(thread), iteration, lanes);
    verdicts.storeLeaving(lanes);
    lineSearch(model, iteration, lanes);
  }

  /** A trajectory that jumps is no result: without a step from it, it is the guess's rollout. */
  private void judgeOpen(int l, int iteration, Status limit) {
    if (limit != null || Double.isNaN(b.stationarity[l])) {
      b.close(l);
      b.stepBack(l);
      boolean finite = limit != null && Double.isFinite(b.path.cost[l]);
      verdicts.end(l, finite ? limit : Status.NOT_FINITE, iteration);
    }
  }

  private void findGains(StageModel model, GainSearch gains, int iteration, int lanes) {
    for (int l = 0; l < lanes; l++) {
      stepping[l] = active[l] && verdicts.isLeaving(l) && b.gainsHold[l];
      wanted[l] = active[l] && !stepping[l];
      if (stepping[l]) {
        b.clearFeedforward(l);
      }
    }
    verdicts.store(stepping, lanes);
    if (!Verdicts.any(wanted, lanes)) {
      return;
    }
    gains.run(model, b, wanted, lanes);
    for (int l = 0; l < lanes; l++) {
      if (active[l] && !wanted[l]) {
        b.clearGains(l);
        if (b.open[l]) {
          b.close(l);
          b.stepBack(l);
        }
        if (!verdicts.isLeaving(l)) {
          verdicts.end(l, Status.REGULARIZATION_LIMIT, iteration);
        }
      }
    }
  }

  /** Backtracks every sample on its own until its cost falls as foretold. */
  private void lineSearch(StageModel model, int iteration, int lanes) {
    boolean[] searching = wanted;
    for (int l = 0; l < lanes; l++) {
      searching[l] = active[l];
      b.alpha[l] = 1;
    }
    for (int halving = 0;
        halving <= config.maxHalvings() && Verdicts.any(searching, lanes);
        halving++) {
      model.rollOut(b, searching, lanes);
      for (int l = 0; l < lanes; l++) {
        stepping[l] = false;
        if (searching[l]) {
          searching[l] = !tryStep(l);
        }
      }
      b.step(stepping, lanes);
    }
    for (int l = 0; l < lanes; l++) {
      if (searching[l]) {
        b.mu[l] = GainSearch.raised(b.mu[l], config);
        if (b.mu[l] > config.maxMu()) {
          verdicts.end(l, Status.REGULARIZATION_LIMIT, iteration);
        }
      }
    }
  }

  /** The full step closes all gaps; the rollout of the guess is taken if that is better. */
  private void closeGaps(int l) {
    b.close(l);
    b.stepBack(l);
    if (b.candidate.cost[l] < b.path.cost[l] || Double.isNaN(b.path.cost[l])) {
      b.step(l);
    }
    b.clearGains(l);
  }

  /** Takes the step if it is good enough, else halves alpha; whether the search is over. */
  private boolean tryStep(int l) {
    if (b.open[l]) {
      closeGaps(l);
      return true;
    }
    double rounding = Rounding.of(b.path.cost[l], dtype);
    double decrease = b.path.cost[l] - b.candidate.cost[l];
    if (b.expected[l] <= rounding && Math.abs(decrease) <= 10 * rounding) {
      b.remember(l);
      b.onTrial[l] = true;
      stepping[l] = true;
      b.mu[l] = 0;
      return true;
    }
    double foretold = b.alpha[l] * (2 - b.alpha[l]) * b.expected[l];
    if (decrease > 0 && decrease >= config.sufficientDecrease() * foretold) {
      stepping[l] = true;
      b.gainsHold[l] &= b.alpha[l] == 1;
      b.mu[l] = GainSearch.lowered(b.mu[l], config);
      return true;
    }
    b.alpha[l] *= 0.5;
    return false;
  }
}

package dev.difftop.solver.ilqr;

import dev.difftop.api.DType;
import dev.difftop.api.Status;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.stagewise.BlockOutcome;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.StageModel;
import java.util.Arrays;

/** One iteration of the samples of a block, from expansion to line search. */
final class IlqrBlock {
  private final IlqrConfig config;
  private final DType dtype;
  private final StageBlock b;
  private final boolean[] active;
  private final boolean[] leaving;
  private final boolean[] wanted;
  private final boolean[] stepping;
  private BlockOutcome outcome;

  IlqrBlock(IlqrConfig config, DType dtype, StageBlock block) {
    this.config = config;
    this.dtype = dtype;
    this.b = block;
    this.active = new boolean[block.width];
    this.leaving = new boolean[block.width];
    this.wanted = new boolean[block.width];
    this.stepping = new boolean[block.width];
  }

  /** Rolls the guesses out. */
  void begin(StageModel model, BlockOutcome into, int lanes) {
    outcome = into;
    findActive(lanes);
    Arrays.fill(b.alpha, 0);
    model.load(b, lanes);
    model.rollOut(b, active, lanes);
    b.adoptStates(lanes);
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

  private void findActive(int lanes) {
    for (int l = 0; l < lanes; l++) {
      active[l] = b.samples[l] >= 0;
    }
  }

  /**
   * One iteration.
   *
   * @param limit how samples that go on end here; null if they do not
   */
  void iterate(StageModel model, GainSearch gains, int iteration, Status limit, int lanes) {
    findActive(lanes);
    Arrays.fill(leaving, false);
    b.dropClosedGaps();
    model.firstOrder(b, active, lanes);
    b.differentiate(lanes);
    for (int l = 0; l < lanes; l++) {
      if (active[l]) {
        judge(l, iteration, limit);
      }
    }
    findGains(model, gains, iteration, lanes);
    for (int l = 0; l < lanes; l++) {
      if (active[l] && leaving[l]) {
        active[l] = false;
        outcome.store(b, l);
      }
    }
    lineSearch(model, iteration, lanes);
  }

  /** Whether a sample has converged, or its step on trial made it worse. */
  private void judge(int l, int iteration, Status limit) {
    if (b.open[l]) {
      judgeOpen(l, iteration, limit);
      return;
    }
    // dJ/du, not k: a large mu makes k small far from any minimum.
    double s = b.stationarity[l];
    if (b.onTrial[l] && !(s < b.stationarityBefore[l])) {
      b.stepBack(l);
      end(l, Status.STALLED, iteration);
      return;
    }
    b.onTrial[l] = false;
    if (!Double.isFinite(b.path.cost[l]) || Double.isNaN(s)) {
      end(l, Status.NOT_FINITE, iteration);
    } else if (s <= config.tolerance()) {
      leave(l, Status.CONVERGED, iteration);
    } else if (limit != null) {
      leave(l, limit, iteration);
    }
  }

  /** A trajectory that jumps is no result: without a step from it, it is the guess's rollout. */
  private void judgeOpen(int l, int iteration, Status limit) {
    if (limit != null || Double.isNaN(b.stationarity[l])) {
      b.close(l);
      b.stepBack(l);
      boolean finite = limit != null && Double.isFinite(b.path.cost[l]);
      end(l, finite ? limit : Status.NOT_FINITE, iteration);
    }
  }

  /** Ends a sample with the gains that it has. */
  private void end(int l, Status how, int iteration) {
    active[l] = false;
    outcome.results().finish(b.samples[l], how, iteration);
    outcome.store(b, l);
  }

  /** Ends a sample once it has its gains. */
  private void leave(int l, Status how, int iteration) {
    leaving[l] = true;
    // The gains of a result are not damped, unless there are none without.
    b.mu[l] = 0;
    outcome.results().finish(b.samples[l], how, iteration);
  }

  private void findGains(StageModel model, GainSearch gains, int iteration, int lanes) {
    for (int l = 0; l < lanes; l++) {
      if (active[l] && leaving[l] && b.gainsHold[l]) {
        b.clearFeedforward(l);
        active[l] = false;
        outcome.store(b, l);
      }
      wanted[l] = active[l];
    }
    if (!any(wanted, lanes)) {
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
        if (!leaving[l]) {
          end(l, Status.REGULARIZATION_LIMIT, iteration);
        }
      }
    }
  }

  private static boolean any(boolean[] flags, int count) {
    for (int i = 0; i < count; i++) {
      if (flags[i]) {
        return true;
      }
    }
    return false;
  }

  /** Backtracks every sample on its own until its cost falls as foretold. */
  private void lineSearch(StageModel model, int iteration, int lanes) {
    boolean[] searching = wanted;
    for (int l = 0; l < lanes; l++) {
      searching[l] = active[l];
      b.alpha[l] = 1;
    }
    for (int halving = 0; halving <= config.maxHalvings() && any(searching, lanes); halving++) {
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
          end(l, Status.REGULARIZATION_LIMIT, iteration);
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

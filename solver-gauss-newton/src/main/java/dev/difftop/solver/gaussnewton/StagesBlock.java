package dev.difftop.solver.gaussnewton;

import dev.difftop.api.DType;
import dev.difftop.api.Status;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.stagewise.BlockOutcome;
import dev.difftop.optimization.stagewise.RiccatiPass;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.StageModel;
import java.util.Arrays;

/**
 * One iteration of the samples of a block: the damped step of the quadratic model by a Riccati
 * recursion and a rollout of the linearised dynamics, then the true cost.
 */
final class StagesBlock {
  private final GaussNewtonConfig config;
  private final DType dtype;
  private final StageBlock b;
  private final boolean[] active;
  private final boolean[] leaving;
  private BlockOutcome outcome;

  StagesBlock(GaussNewtonConfig config, DType dtype, StageBlock block) {
    this.config = config;
    this.dtype = dtype;
    this.b = block;
    this.active = new boolean[block.width];
    this.leaving = new boolean[block.width];
  }

  /** Rolls the guesses out. */
  void begin(StageModel model, BlockOutcome into, int lanes) {
    outcome = into;
    Arrays.fill(b.alpha, 0);
    Arrays.fill(active, 0, lanes, true);
    model.load(b, lanes);
    model.rollOut(b, active, lanes);
    b.adoptStates(lanes);
  }

  /** One iteration; see {@link DenseBatch}. */
  void iterate(StageModel model, RiccatiPass pass, int iteration, Status limit, int lanes) {
    for (int l = 0; l < lanes; l++) {
      active[l] = b.samples[l] >= 0;
      leaving[l] = false;
    }
    model.firstOrder(b, active, lanes);
    b.differentiate(lanes);
    for (int l = 0; l < lanes; l++) {
      if (active[l]) {
        judge(l, iteration, limit);
      }
    }
    findSteps(model, pass, iteration, lanes);
    for (int l = 0; l < lanes; l++) {
      if (active[l] && leaving[l]) {
        active[l] = false;
        outcome.store(b, l);
      }
    }
    tryModelStep(model, lanes);
  }

  private void judge(int l, int iteration, Status limit) {
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

  private void end(int l, Status how, int iteration) {
    active[l] = false;
    b.clearGains(l);
    outcome.results().finish(b.samples[l], how, iteration);
    outcome.store(b, l);
  }

  private void leave(int l, Status how, int iteration) {
    leaving[l] = true;
    // The gains of a result are not damped, unless there are none without.
    b.mu[l] = 0;
    outcome.results().finish(b.samples[l], how, iteration);
  }

  /** Gains of all active lanes; those that fail get more damping until they succeed. */
  private void findSteps(StageModel model, RiccatiPass pass, int iteration, int lanes) {
    if (!any(active, lanes)) {
      return;
    }
    StageBlock.Bend bend = model.secondOrder(b, config.hessian().curvature, active, lanes);
    boolean again = true;
    while (again) {
      pass.run(b, bend, lanes);
      again = false;
      for (int l = 0; l < lanes; l++) {
        if (active[l] && !pass.succeeded(l)) {
          again |= raise(l, pass.scale(l), iteration);
        }
      }
    }
  }

  /** Damps a lane more; false if that is beyond the limit, which ends it. */
  private boolean raise(int l, double scale, int iteration) {
    double unit = scale > 0 ? scale : 1;
    double more = Damping.grown(b.mu[l] / unit);
    if (more <= config.maxDamping()) {
      b.mu[l] = more * unit;
      return true;
    }
    if (leaving[l]) {
      b.clearGains(l);
      leaving[l] = false;
      active[l] = false;
      outcome.store(b, l);
    } else {
      end(l, Status.REGULARIZATION_LIMIT, iteration);
    }
    return false;
  }

  private static boolean any(boolean[] flags, int count) {
    for (int i = 0; i < count; i++) {
      if (flags[i]) {
        return true;
      }
    }
    return false;
  }

  private void tryModelStep(StageModel model, int lanes) {
    if (!any(active, lanes)) {
      return;
    }
    Arrays.fill(b.alpha, 1);
    b.followModel(lanes);
    model.rollOut(b, active, lanes);
    for (int l = 0; l < lanes; l++) {
      if (active[l]) {
        accept(l);
      }
    }
  }

  private void accept(int l) {
    double rounding = Rounding.of(b.path.cost[l], dtype);
    double decrease = b.path.cost[l] - b.candidate.cost[l];
    if (b.expected[l] <= rounding && Math.abs(decrease) <= 10 * rounding) {
      b.remember(l);
      b.onTrial[l] = true;
      b.step(l);
      b.mu[l] = 0;
      return;
    }
    double ratio = decrease / b.expected[l];
    b.mu[l] = Damping.adapted(b.mu[l], ratio);
    if (ratio > 1e-4 && decrease > 0) {
      b.step(l);
    }
  }
}

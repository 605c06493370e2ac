package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.stagewise.BlockLoop;
import dev.difftop.optimization.stagewise.BlockOutcome;
import dev.difftop.optimization.stagewise.RiccatiPass;
import dev.difftop.optimization.stagewise.SecondDerivatives;
import dev.difftop.optimization.stagewise.StageBlock;
import dev.difftop.optimization.stagewise.StageModel;
import dev.difftop.optimization.stagewise.Verdicts;
import java.util.Arrays;
import java.util.List;

/**
 * One iteration of the samples of a block: the damped step of the quadratic model by a Riccati
 * recursion and a rollout of the linearised dynamics, then the true cost.
 */
final class StagesBlock implements BlockLoop.Method {
  private final GaussNewtonConfig config;
  private final DType dtype;
  private final StageBlock b;
  private final List<RiccatiPass> passes;
  private final Verdicts verdicts;
  private final boolean[] active;

  /**
   * For one block.
   *
   * @param passes one for each thread
   */
  StagesBlock(GaussNewtonConfig config, DType dtype, StageBlock block, List<RiccatiPass> passes) {
    this.config = config;
    this.dtype = dtype;
    this.b = block;
    this.passes = passes;
    this.verdicts = new Verdicts(block, config.check(), false);
    this.active = verdicts.active();
  }

  /** Rolls the guesses out. */
  @Override
  public void begin(StageModel model, int thread, BlockOutcome into, int lanes) {
    verdicts.begin(into, lanes);
    Arrays.fill(b.alpha, 0);
    model.load(b, lanes);
    model.rollOut(b, active, lanes);
    b.adoptStates(active, lanes);
  }

  /** One iteration; see {@link DenseBatch}. */
  @Override
  public void iterate(StageModel model, int thread, int iteration, Status limit, int lanes) {
    verdicts.beginIteration(lanes);
    model.firstOrder(b, active, lanes);
    b.differentiate(lanes);
    for (int l = 0; l < lanes; l++) {
      if (active[l]) {
        verdicts.judge(l, iteration, limit);
      }
    }
    findSteps(model, passes.get(thread), iteration, lanes);
    verdicts.storeLeaving(lanes);
    tryModelStep(model, lanes);
  }

  /** Gains of all active lanes; those that fail get more damping until they succeed. */
  private void findSteps(StageModel model, RiccatiPass pass, int iteration, int lanes) {
    if (!Verdicts.any(active, lanes)) {
      return;
    }
    SecondDerivatives bend = model.secondOrder(b, config.hessian().curvature, active, lanes);
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
    if (verdicts.isLeaving(l)) {
      b.clearGains(l);
      verdicts.store(l);
    } else {
      verdicts.end(l, Status.REGULARIZATION_LIMIT, iteration);
    }
    return false;
  }

  private void tryModelStep(StageModel model, int lanes) {
    if (!Verdicts.any(active, lanes)) {
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

package dev.difftop.learning.model;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PolicyRollout;
import java.util.Optional;

/**
 * First actions of the solves of one problem form, as {@link Start} says; {@link Start#BASE} is
 * written by the owner of a base policy. Keeps the last plan; belongs to one thread.
 */
public final class WarmStart implements AutoCloseable {
  private final Start start;
  private final double deviation;
  private final Array guess;
  private final Array shifted;
  private final Optional<CompiledProblem> policy;
  private final Optional<CompiledProblem> cost;
  private boolean hasPlan;
  private double[] policyCost = new double[0];

  /**
   * A start for batches of a size.
   *
   * @param model whose problem is solved
   * @throws IllegalArgumentException if the cost has no policy to start from
   */
  public WarmStart(PlanningModel model, Start start, int batch) {
    this(model, start, 0, batch);
  }

  /**
   * As above, with Gaussian noise on what the policy does.
   *
   * @param deviation of the noise, in halves of the actions' box; other starts have none
   */
  public WarmStart(PlanningModel model, Start start, double deviation, int batch) {
    this.start = start;
    this.deviation = deviation;
    ProblemSpec spec = model.spec();
    Shape plans = Shape.of(batch, spec.horizon(), spec.actionSize());
    this.guess = Array.zeros(DType.FLOAT64, plans);
    this.shifted = Array.zeros(DType.FLOAT64, plans);
    boolean follows = start == Start.POLICY || start == Start.CHEAPER;
    this.policy =
        follows
            ? Optional.of(
                new CompiledProblem(
                    model.engine(), spec, PolicyRollout.trace(spec), batch, model.dtype()))
            : Optional.empty();
    this.cost =
        start == Start.CHEAPER
            ? Optional.of(
                new CompiledProblem(
                    model.engine(), spec, new Objective(spec).rollout(), batch, model.dtype()))
            : Optional.empty();
    policy.ifPresent(
        p -> {
          p.set("low", broadcast(ActionBox.low(spec), plans));
          p.set("high", broadcast(ActionBox.high(spec), plans));
        });
  }

  private static Array broadcast(Array box, Shape plans) {
    Array out = Array.zeros(DType.FLOAT64, plans);
    out.fill(box.get(0));
    return out;
  }

  /** Begins an episode: there is no last plan. */
  public void reset() {
    hasPlan = false;
    shifted.fill(0);
  }

  /** Keeps a plan, shape (B, H, nu), one step later. */
  public void keep(Array plan) {
    PlanShift.shift(plan, shifted);
    hasPlan = true;
  }

  /**
   * Keeps one plan for all samples, some environment steps later.
   *
   * @param plans shape (N, H, nu)
   * @param sample which of them
   * @param entries by which it moves
   * @param nu entries of an action of the environment
   */
  void keep(Array plans, int sample, int entries, int nu) {
    int length = plans.shape().dim(1) * plans.shape().dim(2);
    double[] plan = new double[length];
    plans.read(sample * length, plan, 0, length);
    Array all = Array.zeros(DType.FLOAT64, shifted.shape());
    for (int b = 0; b < shifted.shape().dim(0); b++) {
      all.write(b * length, plan, 0, length);
    }
    PlanShift.shift(all, shifted, entries, nu);
    hasPlan = true;
  }

  /**
   * Where the next solve starts, shape (B, H, nu); overwritten by the next call.
   *
   * @param random what random starts and noise are drawn from
   */
  public Array guess(Problem problem, RandomStream random) {
    switch (start) {
      case ZERO, BASE -> guess.fill(0);
      case SHIFTED -> guess.copyFrom(shifted);
      case POLICY -> rollOut(problem, random);
      case CHEAPER -> chooseCheaper(problem, random);
      case RANDOM -> {
        for (int i = 0; i < guess.size(); i++) {
          guess.set(i, 2 * random.nextDouble() - 1);
        }
      }
    }
    return guess;
  }

  /**
   * Cost of what the policy does, per sample, at the last {@link #guess}; empty unless the start is
   * {@link Start#CHEAPER}.
   */
  public double[] policyCost() {
    return policyCost.clone();
  }

  private void rollOut(Problem problem, RandomStream random) {
    CompiledProblem actions = policy.orElseThrow();
    actions.load(problem);
    if (deviation > 0) {
      double[] noise = new double[guess.size()];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = deviation * random.nextGaussian();
      }
      actions.set("noise", noise);
    }
    actions.run();
    guess.copyFrom(actions.output("actions"));
  }

  private void chooseCheaper(Problem problem, RandomStream random) {
    rollOut(problem, random);
    policyCost = evaluate(problem, guess);
    if (!hasPlan) {
      return;
    }
    double[] last = evaluate(problem, shifted);
    int length = guess.size() / last.length;
    double[] row = new double[length];
    for (int b = 0; b < last.length; b++) {
      if (last[b] < policyCost[b]) {
        shifted.read(b * length, row, 0, length);
        guess.write(b * length, row, 0, length);
      }
    }
  }

  private double[] evaluate(Problem problem, Array actions) {
    CompiledProblem evaluation = cost.orElseThrow();
    evaluation.load(problem);
    evaluation.set(Objective.ACTIONS, actions);
    evaluation.run();
    return evaluation.get("cost");
  }

  @Override
  public void close() {
    policy.ifPresent(CompiledProblem::close);
    cost.ifPresent(CompiledProblem::close);
  }
}

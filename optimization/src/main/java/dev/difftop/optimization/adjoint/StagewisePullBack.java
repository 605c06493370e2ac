package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.stagewise.Expansion;
import dev.difftop.optimization.stagewise.SensitivityPass;
import java.util.Arrays;

/**
 * One pull-back through a batch of smooth problems whose stages give everything: the linear
 * systems, and the derivative in all leaves. See {@link SensitivityPass}.
 */
final class StagewisePullBack {
  /** A gradient that is so many times what the solver found is another one. */
  private static final double SAME = 10;

  private final Problem problem;
  private final Solution solution;
  private final SensitivityPass.Loss loss;
  private final Linearization at;
  private final SampleOutcomes outcomes;
  private final Solved solved;
  private final SensitivityPass.Found found;

  StagewisePullBack(
      Problem problem, Solution solution, Cotangents cotangents, SampleOutcomes outcomes) {
    int batch = problem.batch();
    this.problem = problem;
    this.solution = solution;
    this.loss =
        new SensitivityPass.Loss(cotangents.actions(), cotangents.states(), cotangents.cost());
    this.at =
        new Linearization(
            solution.actions().toDoubles(),
            Boxes.low(problem),
            Boxes.high(problem),
            batch,
            Conditions.SMOOTH);
    Arrays.fill(at.weights, 1);
    this.outcomes = outcomes;
    this.solved = Solved.empty(at);
    double[] residual = new double[at.u.length];
    this.found =
        new SensitivityPass.Found(
            at.gradients, solved.w(), residual, solved.definite(), solved.curvature());
  }

  /**
   * Pulls back.
   *
   * @param damped whether a curvature that is not definite is damped until it is
   */
  Gradients run(SensitivityPass stages, boolean damped) {
    LeafSum sum = new LeafSum(problem);
    stages
        .run(problem, solution.states().toDoubles(), at.u, loss, damped, new Decisions(), found)
        .ifPresent(sum::add);
    outcomes.failIfAsked();
    for (int k = 0; k < at.held.length; k++) {
      if (at.held[k] && !outcomes.isMasked(k / at.n)) {
        sum.addToBound(at, k, -found.residual()[k]);
      }
    }
    return sum.gradients(outcomes.samples());
  }

  private final class Decisions implements SensitivityPass.Samples {
    @Override
    public void differentiated(int sample) {
      at.combine(sample);
    }

    @Override
    public boolean isHidden(int sample, double rounding) {
      double found = at.stationarity(sample);
      boolean hidden =
          solution.status(sample).isConverged()
              && !(found > Expansion.ROUNDING_EXPLAINS * rounding)
              && !(found <= SAME * solution.stationarity()[sample]);
      for (int k = sample * at.n; hidden && k < (sample + 1) * at.n; k++) {
        at.held[k] = at.u[k] <= at.low[k] || at.u[k] >= at.high[k];
      }
      return hidden;
    }

    @Override
    public boolean isHeld(int k) {
      return at.held[k];
    }

    @Override
    public boolean found(int sample) {
      boolean finite = isFinite(found.w(), sample) && isFinite(found.residual(), sample);
      outcomes.judge(
          sample,
          solution,
          at,
          finite,
          true,
          solved.definite()[sample],
          solved.curvature()[sample]);
      return !outcomes.isMasked(sample);
    }

    private boolean isFinite(double[] values, int b) {
      for (int k = b * at.n; k < (b + 1) * at.n; k++) {
        if (!Double.isFinite(values[k])) {
          return false;
        }
      }
      return true;
    }
  }
}

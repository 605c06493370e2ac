package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.stagewise.SensitivityPass;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * One pull-back through a batch of linear-quadratic problems whose stages give everything: the
 * linear systems, and the derivative in all leaves. See {@link SensitivityPass}.
 */
final class StagewisePullBack {
  /** Solves the systems that stages cannot solve: their curvature is not positive definite. */
  interface Rest {
    void solve(Linearization at, boolean[] rest, Solved into);
  }

  private final Problem problem;
  private final Solution solution;
  private final SensitivityPass.Loss loss;
  private final Linearization at;
  private final SampleOutcomes outcomes;
  private final Solved solved;
  private final boolean[] done;
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
    this.done = new boolean[batch];
    double[] residual = new double[at.u.length];
    this.found =
        new SensitivityPass.Found(at.gradients, solved.w(), residual, done, solved.curvature());
  }

  Gradients run(SensitivityPass stages, Rest byOtherMeans) {
    LeafSum sum = new LeafSum(problem);
    sum.add(pass(stages, null));
    boolean[] rest = rest();
    if (rest != null) {
      byOtherMeans.solve(at, rest, solved);
      sum.add(pass(stages, rest));
    }
    outcomes.failIfAsked();
    for (int k = 0; k < at.held.length; k++) {
      if (at.held[k] && !outcomes.isMasked(k / at.n)) {
        sum.addToBound(at, k, -found.residual()[k]);
      }
    }
    return sum.gradients(outcomes.samples());
  }

  private Map<String, Array> pass(SensitivityPass stages, boolean[] given) {
    Optional<Map<String, Array>> leaves =
        stages.run(
            problem, solution.states().toDoubles(), at.u, loss, given, new Decisions(), found);
    return leaves.orElseThrow();
  }

  /** Which samples are not solved; null if all are. */
  private boolean[] rest() {
    boolean[] rest = new boolean[done.length];
    boolean any = false;
    for (int b = 0; b < rest.length; b++) {
      rest[b] = !done[b];
      any |= rest[b];
    }
    return any ? rest : null;
  }

  private final class Decisions implements SensitivityPass.Samples {
    @Override
    public void differentiated(int sample) {
      at.combine(sample);
    }

    @Override
    public boolean isHeld(int k) {
      return at.held[k];
    }

    @Override
    public boolean found(int sample, boolean byStages) {
      if (!done[sample]) {
        return false;
      }
      solved.definite()[sample] |= byStages;
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

package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Plan;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shape;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import java.util.Map;

/**
 * Acts by solving the trajectory problem at every step and executing its first action. Every solve
 * starts from zero actions or from the last plan shifted by one step.
 */
public final class PlanningPolicy implements Policy {
  private final PlanningModel model;
  private final Solver solver;
  private final Normalizers normalizers;
  private final boolean warmStart;
  private final Plan encoding;
  private final Array low;
  private final Array high;
  private final Array guess;
  private long solves;
  private long converged;

  /**
   * A policy.
   *
   * @param warmStart whether a solve starts from the last plan, shifted; else from zero
   */
  public PlanningPolicy(
      PlanningModel model, Solver solver, Normalizers normalizers, boolean warmStart) {
    this.model = model;
    this.solver = solver;
    this.normalizers = normalizers;
    this.warmStart = warmStart;
    this.encoding = model.engine().compile(model.encoding(), 1, model.dtype());
    bindParameters(encoding, model.parameters());
    ProblemSpec spec = model.spec();
    Shape box = Shape.of(spec.horizon(), spec.actionSize());
    this.low = Array.zeros(DType.FLOAT64, box);
    this.high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
    this.guess = Array.zeros(DType.FLOAT64, Shape.of(1, spec.horizon(), spec.actionSize()));
  }

  static void bindParameters(Plan plan, Parameters parameters) {
    for (int i = 0; i < plan.program().inputs().size(); i++) {
      Array array = parameters.arrays().get(plan.program().inputName(i));
      if (array != null) {
        plan.bind(i, array);
      }
    }
  }

  @Override
  public void reset() {
    guess.fill(0);
  }

  @Override
  public double[] act(Map<String, Array> observation) {
    normalizers.write(observation, encoding);
    encoding.run();
    Array state = encoding.output("state");
    Problem problem = model.problem(state, low, high);
    Solution solution = solver.solve(problem, guess);
    solves++;
    converged += solution.status(0).isConverged() ? 1 : 0;
    if (warmStart) {
      shift(solution.actions());
    }
    return normalizers.restoreAction(solution.actions());
  }

  /** The next guess: the plan one step later, its last action twice. */
  private void shift(Array actions) {
    int nu = model.spec().actionSize();
    for (int i = 0; i < guess.size(); i++) {
      guess.set(i, actions.get(Math.min(i + nu, guess.size() - nu + i % nu)));
    }
  }

  /** Share of the solves so far that converged, 0 to 1; NaN before the first. */
  public double convergedShare() {
    return converged / (double) solves;
  }

  @Override
  public void close() {
    encoding.close();
  }
}

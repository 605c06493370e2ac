package dev.difftop.learner.modelbased;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.ActionBox;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.WarmStart;
import java.util.function.Function;

/**
 * What it takes to plan over one horizon, for a batch of states.
 *
 * @param model the planning model with a problem of that horizon
 * @param solver solves it
 * @param start where solves start
 * @param low bounds of actions, (H, nu)
 * @param high likewise
 */
record Planner(PlanningModel model, Solver solver, WarmStart start, Array low, Array high)
    implements AutoCloseable {

  /**
   * A planner.
   *
   * @param whole model whose problem is shortened
   * @param solvers makes a solver for a problem
   */
  static Planner of(
      PlanningModel whole,
      int horizon,
      ActingSettings.Start start,
      int batch,
      Function<ProblemSpec, Solver> solvers) {
    PlanningModel model = whole.withSpec(shortened(whole.spec(), horizon));
    ProblemSpec spec = model.spec();
    return new Planner(
        model,
        solvers.apply(spec),
        new WarmStart(model, start, batch),
        ActionBox.low(spec),
        ActionBox.high(spec));
  }

  /** The same problem over another horizon. */
  static ProblemSpec shortened(ProblemSpec spec, int horizon) {
    return horizon == spec.horizon()
        ? spec
        : new ProblemSpec(
            spec.dynamics(), spec.cost(), horizon, spec.discount(), spec.controlPenalty());
  }

  @Override
  public void close() {
    start.close();
    solver.close();
  }
}

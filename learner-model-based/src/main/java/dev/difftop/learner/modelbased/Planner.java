package dev.difftop.learner.modelbased;

import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.learning.model.ActionBox;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.WarmStart;

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
   * @param model with the problem that is solved, see {@link ExtendedState#planning}
   */
  static Planner of(PlanningModel model, ActingMode mode, int batch) {
    return new Planner(
        model,
        mode.solvers().apply(model.spec()),
        new WarmStart(model, mode.start(), mode.startNoise(), batch),
        ActionBox.low(model.spec()),
        ActionBox.high(model.spec()));
  }

  @Override
  public void close() {
    start.close();
    solver.close();
  }
}

package dev.difftop.learner.modelbased.acting;

import dev.difftop.api.Problem;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learner.modelbased.ActingMode;
import dev.difftop.learning.model.ActionBox;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.WarmStart;

/**
 * What it takes to plan over one horizon, for a batch of states.
 *
 * @param layout of its states
 * @param model the planning model with a problem of that horizon
 * @param solver solves it
 * @param start where solves start
 * @param low bounds of actions, (H, nu)
 * @param high likewise
 */
public record Planner(
    ExtendedState layout,
    PlanningModel model,
    Solver solver,
    WarmStart start,
    Array low,
    Array high)
    implements AutoCloseable {

  /**
   * A planner.
   *
   * @param whole model whose problem is shortened
   * @param freesLastAction whether plans decide on their last action too
   * @param batch problems that are solved at once
   * @param threads that solves may use
   */
  public static Planner of(
      PlanningModel whole,
      int horizon,
      boolean freesLastAction,
      ActingMode mode,
      int batch,
      int threads) {
    PlanningModel model = ExtendedState.planning(whole, horizon, freesLastAction);
    return new Planner(
        ExtendedState.of(whole.spec(), horizon, freesLastAction),
        model,
        mode.solvers().make(model.spec(), threads),
        new WarmStart(model, mode.start(), mode.startNoise(), batch),
        ActionBox.low(model.spec()),
        ActionBox.high(model.spec()));
  }

  /**
   * A problem.
   *
   * @param states of its model, (B, nx); what plans draw for themselves is written into them
   */
  public Problem problem(Array states, RandomStream random) {
    layout.drawPairs(states, random);
    return model.problem(states, low, high);
  }

  @Override
  public void close() {
    start.close();
    solver.close();
  }
}

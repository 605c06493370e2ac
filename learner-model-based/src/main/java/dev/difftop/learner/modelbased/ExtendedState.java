package dev.difftop.learner.modelbased;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Point;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.WorldModel;

/**
 * Layout of a planning state with more than the latent one: {@code (z, c, a)}. c is the probability
 * that the episode has not ended in a terminal state, {@code c_0 = 1}, {@code c_{t+1} = c_t (1 -
 * d(z_{t+1}))}; rewards and the last value count times c. a is the action at the last latent state,
 * decided by one more stage, {@code V(x) = -min Q(z_H, a_H)}: the objective of Wan et al.,
 * "DiffTORI", 2024, in place of {@code Q(z_H, π(z_H))}.
 *
 * @param latentSize nz
 * @param actionSize nu
 * @param horizon H, actions before the last one
 * @param terminates whether it has c
 * @param freesLastAction whether it has a
 */
record ExtendedState(
    int latentSize, int actionSize, int horizon, boolean terminates, boolean freesLastAction) {

  /**
   * The planning model of a horizon.
   *
   * @param whole model whose problem is shortened
   * @param freesLastAction whether the last action is decided on too
   * @throws IllegalArgumentException if a state has to be extended and the cost has limits
   */
  static PlanningModel planning(PlanningModel whole, int horizon, boolean freesLastAction) {
    ProblemSpec spec = whole.spec();
    boolean terminates = spec.dynamics().heads().contains(WorldModel.TERMINATION);
    if (!terminates && !freesLastAction) {
      return whole.withSpec(
          horizon == spec.horizon()
              ? spec
              : new ProblemSpec(
                  spec.dynamics(), spec.cost(), horizon, spec.discount(), spec.controlPenalty()));
    }
    if (spec.cost() instanceof ConstrainedCost) {
      throw new IllegalArgumentException(
          "policy.cost: found %s, a cost with constraints, expected one without: neither policy.dynamics.termination nor learner.last-action: optimized knows constraints"
              .formatted(spec.cost().getClass().getSimpleName()));
    }
    ExtendedState layout =
        new ExtendedState(
            spec.stateSize(), spec.actionSize(), horizon, terminates, freesLastAction);
    ProblemSpec extended =
        new ProblemSpec(
            new ExtendedDynamics(spec.dynamics(), layout),
            new ExtendedCost(spec.cost(), layout, spec.discount()),
            freesLastAction ? horizon + 1 : horizon,
            spec.discount(),
            spec.controlPenalty());
    return whole.withExtendedState(extended, layout.further());
  }

  /** Number of components. */
  int size() {
    return latentSize + further().length;
  }

  /** What follows the latent state at the start of a plan. */
  private double[] further() {
    double[] out = new double[(terminates ? 1 : 0) + (freesLastAction ? actionSize : 0)];
    if (terminates) {
      out[0] = 1;
    }
    return out;
  }

  /** z, (B, nz). */
  Tensor latent(Tensor x) {
    return x.slice(1, 0, latentSize);
  }

  /** c, (B). */
  Tensor survival(Tensor x) {
    return x.get(1, latentSize);
  }

  /** a, (B, nu). */
  Tensor lastAction(Tensor x) {
    return x.slice(1, latentSize + (terminates ? 1 : 0), actionSize);
  }

  /** 1 at the stage that decides on the last action, else 0. */
  Tensor isLastStage(Point at) {
    return at.t().minus(horizon - 1).clamp(0, 1);
  }

  /** The same stage of the latent state. */
  Stage latentAt(Stage at) {
    return new Stage(latent(at.x()), at.u(), at.t(), at::context, at::parameter);
  }

  /** The same point of the latent state. */
  Point latentAt(Point at) {
    return new Point(latent(at.x()), at.t(), at::context, at::parameter);
  }
}

package dev.difftop.learner.modelbased.acting;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Point;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.CriticPair;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.WorldModel;
import java.util.random.RandomGenerator;

/**
 * Layout of a planning state with more than the latent one: {@code (z, c, w, a)}. c is the
 * probability that the episode has not ended in a terminal state, {@code c_0 = 1}, {@code c_{t+1} =
 * c_t (1 - d(z_{t+1}))}; rewards and the last value count times c. w weighs the critics of an
 * ensemble: a plan takes the mean of a pair that is drawn for it. a is the action at the last
 * latent state, decided by one more stage, {@code V(x) = -min Q(z_H, a_H)}: the objective of Wan et
 * al., "DiffTORI", 2024, in place of {@code Q(z_H, π(z_H))}.
 *
 * @param latentSize nz
 * @param actionSize nu
 * @param horizon H, actions before the last one
 * @param terminates whether it has c
 * @param ensemble number of weights w, 0 for two critics, which the cost combines by itself
 * @param freesLastAction whether it has a
 */
public record ExtendedState(
    int latentSize,
    int actionSize,
    int horizon,
    boolean terminates,
    int ensemble,
    boolean freesLastAction) {

  /**
   * The layout for plans of a horizon.
   *
   * @param spec with the latent state alone
   * @param freesLastAction whether the last action is decided on too
   */
  public static ExtendedState of(ProblemSpec spec, int horizon, boolean freesLastAction) {
    int critics = WorldModel.latentCritics(spec.cost()).size();
    return new ExtendedState(
        spec.stateSize(),
        spec.actionSize(),
        horizon,
        spec.dynamics().heads().contains(WorldModel.TERMINATION),
        critics > 2 ? critics : 0,
        freesLastAction);
  }

  /**
   * The planning model of a horizon.
   *
   * @param whole model whose problem is shortened
   * @param freesLastAction whether the last action is decided on too
   * @throws IllegalArgumentException if a state has to be extended and the cost has limits
   */
  public static PlanningModel planning(PlanningModel whole, int horizon, boolean freesLastAction) {
    ProblemSpec spec = whole.spec();
    ExtendedState layout = of(spec, horizon, freesLastAction);
    if (layout.further().length == 0) {
      return whole.withSpec(
          horizon == spec.horizon()
              ? spec
              : new ProblemSpec(
                  spec.dynamics(), spec.cost(), horizon, spec.discount(), spec.controlPenalty()));
    }
    if (spec.cost() instanceof ConstrainedCost) {
      throw new IllegalArgumentException(
          "policy.cost: found %s, a cost with constraints, expected one without: neither policy.dynamics.termination, learner.last-action: optimized nor an ensemble of critics knows constraints"
              .formatted(spec.cost().getClass().getSimpleName()));
    }
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
  public int size() {
    return latentSize + further().length;
  }

  /** What follows the latent state at the start of a plan. */
  private double[] further() {
    int ofSurvival = terminates ? 1 : 0;
    double[] out = new double[ofSurvival + ensemble + (freesLastAction ? actionSize : 0)];
    if (terminates) {
      out[0] = 1;
    }
    if (ensemble > 0) {
      out[ofSurvival] = 0.5;
      out[ofSurvival + 1] = 0.5;
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

  private int firstWeight() {
    return latentSize + (terminates ? 1 : 0);
  }

  /** w, (B, N). */
  public Tensor weights(Tensor x) {
    return x.slice(1, firstWeight(), ensemble);
  }

  /** Draws the pair of critics of every plan, where there is an ensemble. */
  void drawPairs(Array states, RandomGenerator random) {
    for (int b = 0; ensemble > 0 && b < states.shape().dim(0); b++) {
      double[] pair = CriticPair.draw(ensemble, random);
      for (int i = 0; i < ensemble; i++) {
        states.set(b * size() + firstWeight() + i, 0.5 * pair[i]);
      }
    }
  }

  /** a, (B, nu). */
  public Tensor lastAction(Tensor x) {
    return x.slice(1, firstWeight() + ensemble, actionSize);
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

package dev.difftop.learner.modelbased.learning;

import dev.difftop.learning.Metric;
import dev.difftop.learning.model.WorldModel;
import java.util.ArrayList;
import java.util.List;

/** Declarations of what {@link ModelBasedLearner} reports, as means over an episode. */
final class LearnerMetrics {
  private static final Metric TERMINATION =
      Metric.of("termination_loss", "binary cross-entropy of predicted terminal states");

  private static final List<Metric> ALL =
      List.of(
          Metric.headline("return", "sum of rewards of the episode, exploration included"),
          Metric.of("episode_length", "agent steps of the episode"),
          Metric.of("episodes", "episodes so far"),
          Metric.of("dropped_episodes", "episodes so far that could not be learned from"),
          Metric.of("horizon", "of the plans that are acted on"),
          Metric.of("deviation", "of exploration, in halves of a component's box"),
          Metric.headline("converged", "share of solves that converged while acting"),
          Metric.of("iterations", "mean iterations of these solves"),
          Metric.headline("saturated", "share of planned action components on a bound"),
          Metric.of(
              "plan_gain",
              "mean cost of the policy's actions minus that of the plan; start cheaper"),
          Metric.of("planned_return", "mean discounted return of plans, first half of the episode"),
          Metric.of(
              "realized_return", "mean discounted return from there on, continued by its tail"),
          Metric.of("critic_bias", "mean value of executed actions minus the realized return"),
          Metric.of(
              "model_error",
              "share of the variance of the last latent state of a sequence that the model does"
                  + " not predict open loop"),
          Metric.of("reward_error", "root mean square error of rewards predicted open loop"),
          Metric.headline("consistency_loss", "weighted sum over the steps of a sequence"),
          Metric.of("reward_loss", "weighted sum over the steps of a sequence"),
          Metric.headline("value_loss", "weighted sum over the steps of a sequence"),
          Metric.of("observation_value_loss", "the same of the critics of observations"),
          Metric.of("policy_loss", "negative value of the policy's actions"),
          Metric.of("gradient_norm", "of the model losses, before clipping"),
          Metric.of("plan_loss", "negative value of the planned first actions"),
          Metric.of("plan_gradient_norm", "of the gradient through the plan, before clipping"),
          Metric.of("plan_masked", "share of states that are left out of this gradient"),
          Metric.of("plan_silent", "share of states whose planned first action is on the bound"),
          Metric.of("plan_tied", "share of these plans that end where both critics are equal"),
          Metric.of("plan_converged", "share of these plans that converged"),
          Metric.of("skipped", "gradient steps so far whose gradient was not finite"));

  private LearnerMetrics() {}

  /** Those of a world model. */
  static List<Metric> of(WorldModel world) {
    List<Metric> out = new ArrayList<>(ALL);
    if (world.predictsTermination()) {
      out.add(TERMINATION);
    }
    return List.copyOf(out);
  }
}

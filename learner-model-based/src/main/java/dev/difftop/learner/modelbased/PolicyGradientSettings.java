package dev.difftop.learner.modelbased;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learner.modelbased.Exploration.Noise;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.optim.OptimizerSettings;
import java.util.Optional;

/**
 * The policy gradient through the plan: {@code -min(Q̃1, Q̃2)(s, a*_0(s))}, with the critics of
 * observations and the policy frozen. policy.adjoint says how plans are differentiated.
 */
public record PolicyGradientSettings(
    @Doc("weight of this loss; 0 leaves it out") @Range(min = 0) @Default("0") double weight,
    @Doc(
            "where it is taken: replay, in every gradient step through plans from replayed states;"
                + " episode, summed over the steps of every planned episode through the plans that"
                + " are acted on, of which states, horizon, solver and start say nothing")
        @Default("replay")
        Source source,
    @Doc("states of every batch that are planned from, at most learner.model.batch")
        @Range(min = 1)
        @Default("16")
        int states,
    @Doc("horizon of these plans; 0: that of the plans that are acted on")
        @Range(min = 0)
        @Default("0")
        int horizon,
    @Doc("largest Euclidean norm of this gradient; a longer one is scaled down; 0: any")
        @Range(min = 0)
        @Default("1")
        double gradientClip,
    @Doc("what plans; that of the policy if none is named") Optional<Chosen<Solver>> solver,
    @Doc("where these solves start: policy, zero or random") @Default("policy")
        ActingSettings.Start start,
    @Doc(
            "an optimiser of its own that follows this gradient; without one it is added to the"
                + " gradient of the model losses, which source: episode does not allow; averaging"
                + " must be 0")
        Optional<OptimizerSettings> optimizer) {
  /** Where the gradient is taken. */
  public enum Source {
    /** In replayed states. */
    REPLAY,
    /** Along the episode that is acted. */
    EPISODE
  }

  /** How plans from replayed states are made. */
  public ActingMode mode(Chosen<Solver> chosen, LearnerContext context) {
    return new ActingMode(
        "learner.policy-gradient.solver",
        ActingMode.configured(chosen, context),
        start,
        0,
        Executed.BEST,
        Noise.NONE);
  }
}

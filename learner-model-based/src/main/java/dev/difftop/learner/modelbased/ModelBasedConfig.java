package dev.difftop.learner.modelbased;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.model.ModelSettings;
import dev.difftop.learning.replay.ReplaySettings;

/**
 * Settings of {@link ModelBasedLearner}. An agent step is one action, which the environment repeats
 * as its action repeat says.
 */
public record ModelBasedConfig(
    @Doc("agent steps of uniform random actions before anything is learned")
        @Range(min = 1)
        @Default("1250")
        int seedSteps,
    @Doc(
            "whether one episode is planned with fresh networks before the first gradient step, as"
                + " in the code of TD-MPC")
        @Default("false")
        boolean planUntrained,
    @Doc("gradient steps per agent step; those owed for the seed phase are made at its end")
        @Range(min = 0, open = true)
        @Default("1")
        double updatesPerStep,
    @Doc("horizon of the plans that are acted on") @Default("{}") HorizonSchedule actingHorizon,
    @Doc("how actions of training differ from the planned ones") @Default("{}")
        Exploration exploration,
    @Doc(
            "which planned action is executed: best, of the best trajectory; drawn, of an elite of"
                + " a sampling solver drawn by its weight")
        @Default("best")
        Executed executed,
    @Doc("whether executed actions are clamped to [-1, 1] before they are stored") @Default("true")
        boolean clipActions,
    @Doc("losses, their weights and optimisers") @Default("{}") ModelSettings model,
    @Doc("experience; it lies in the run folder unless a folder is named") @Default("{}")
        ReplaySettings replay,
    @Doc("gradient of the policy through the plan") @Default("{}")
        PolicyGradientSettings policyGradient,
    @Doc("gradient steps in a row whose gradient is not finite, after which the run ends")
        @Range(min = 1)
        @Default("20")
        int maxSkipped) {

  /** Which planned action is executed. */
  public enum Executed {
    /** The first one of the best trajectory. */
    BEST,
    /** The first one of an elite that was drawn by its weight. */
    DRAWN
  }
}
